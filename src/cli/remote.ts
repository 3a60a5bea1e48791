import type { RemoteApi } from '../client/connect.ts'
import type { Arguments, ExitCode } from './command.ts'
import { connectionFlags } from './connection-flags.ts'
import { resolveServer } from './credentials.ts'
import { err } from './terminal.ts'

export interface RemoteOptions {
  /** What the command does to the server, in a word; undefined when it only looks. */
  readonly change?: string | undefined
  readonly connectionsMax?: number
}

/** Runs a command's errand on the server that its flags, the environment or the file name. */
export async function withRemote(
  args: Arguments,
  options: RemoteOptions,
  errand: (api: RemoteApi) => Promise<ExitCode>,
): Promise<ExitCode> {
  const server = resolveServer(connectionFlags(args))
  if (server.note !== undefined) err(`${server.note}\n`)
  if (options.change !== undefined) {
    err(`palimpsest: ${options.change} on ${server.baseUrl} (${server.source})\n`)
  }
  const observer = args.flag('debug')
    ? (await import('./ant/debug.ts')).debugObserver(err)
    : undefined
  const { connectionsMax } = options
  const { connect } = await import('../client/connect.ts') // not needed for a command's help
  using api = connect(server, {
    observer,
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
  })
  return await errand(api) // disposed of when it is done, not before
}
