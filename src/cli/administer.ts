import type { Api } from '../api.ts'
import { connect } from '../client/connect.ts'
import { loadConfig, type Config, type LoadedConfig } from '../config.ts'
import { DomainError } from '../domain/errors.ts'
import { hasLocalDatabase, openLocalApi, servedAt, type LocalApi } from '../server/local-api.ts'
import { checked, UsageError, type Arguments, type Option } from './command.ts'
import { connectionOptions, resolveServer, type Server } from './credentials.ts'
import { connectionFlags } from './connection-flags.ts'
import { err } from './terminal.ts'

/** The flags of commands that administer an installation. */
export const administerOptions: readonly Option[] = [
  ...connectionOptions,
  { name: 'data-dir', value: 'DIR', help: 'Administer the SQLite database in DIR directly' },
  { name: 'database', value: 'URL', help: 'Administer this PostgreSQL database directly' },
  { name: 'json', help: 'Print JSON' },
]

export interface Errand<Result> {
  /** What it changes, for the line that names where; undefined when it only looks. */
  readonly change?: string
  run(api: Api): Promise<Result>
}

/**
 * Runs an administrator's errand: through a running server with an admin key, else on the storage
 * itself, which this process then owns for a moment. Naming a storage goes to it directly, or,
 * while
 * a server owns it, to exactly that server.
 */
export async function administer<Result>(args: Arguments, errand: Errand<Result>): Promise<Result> {
  const flags = { 'data-dir': args.text('data-dir'), database: args.text('database') }
  const loaded = checked(() => loadConfig(flags, process.env))
  if (isNamed(loaded)) return onStorage(args, loaded.config, errand)
  const fallback = hasLocalDatabase(loaded.config)
    ? () => onStorage(args, loaded.config, errand)
    : undefined
  let server: Server
  try {
    server = resolveServer(connectionFlags(args))
  } catch (error) {
    if (fallback && error instanceof UsageError) return fallback()
    throw error
  }
  try {
    return await throughServer(server, errand)
  } catch (error) {
    if (fallback && isUnavailable(error)) return fallback()
    throw error
  }
}

function isNamed({ sources }: LoadedConfig): boolean {
  return sources.database !== 'default' || sources['data-dir'] !== 'default'
}

/** The server does not answer. */
function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'unavailable'
}

async function throughServer<Result>(server: Server, errand: Errand<Result>): Promise<Result> {
  if (server.note !== undefined) err(`${server.note}\n`)
  name(errand, `${server.baseUrl} (${server.source})`)
  using api = connect(server)
  return await errand.run(api)
}

async function onStorage<Result>(
  args: Arguments,
  config: Config,
  errand: Errand<Result>,
): Promise<Result> {
  const directory = config['data-dir']
  if (config.database === undefined && !hasLocalDatabase(config)) {
    throw new UsageError(
      `there is no database in ${directory}: \`palimpsest serve --data-dir ${directory}\` makes one`,
    )
  }
  let opened: LocalApi
  try {
    opened = await openLocalApi(config)
  } catch (error) {
    const owner = servedAt(config)
    if (!isUnavailable(error) || owner === undefined) throw error
    return throughServer(serverAt(args, owner, directory), errand)
  }
  await using local = opened
  name(errand, config.database === undefined ? directory : 'the database')
  return await errand.run(local.api)
}

/** The known server, if it is the one that owns the directory. */
function serverAt(args: Arguments, owner: string, directory: string): Server {
  const refusal = new UsageError(
    `${directory} is served at ${owner}: give --base-url ${owner} with an admin's --api-key, or stop ` +
      'that server first',
  )
  let server: Server
  try {
    server = resolveServer(connectionFlags(args))
  } catch {
    throw refusal
  }
  if (new URL(server.baseUrl).href !== new URL(owner).href) throw refusal
  return server
}

function name(errand: Errand<unknown>, where: string): void {
  if (errand.change !== undefined) err(`palimpsest: ${errand.change} on ${where}\n`)
}
