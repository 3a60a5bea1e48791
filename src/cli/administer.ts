import type { Api } from '../api.ts'
import { connect } from '../client/connect.ts'
import { loadConfig, type LoadedConfig } from '../config.ts'
import { DomainError } from '../domain/errors.ts'
import { hasLocalDatabase, openLocalApi, type LocalApi } from '../server/local-api.ts'
import { UsageError, type Arguments, type Option } from './command.ts'
import { connectionOptions, resolveServer } from './credentials.ts'
import { connectionFlags } from './connection-flags.ts'

/** The flags of commands that administer an installation. */
export const administerOptions: readonly Option[] = [
  ...connectionOptions,
  { name: 'data-dir', value: 'DIR', help: 'Administer the SQLite database in DIR directly' },
  { name: 'database', value: 'URL', help: 'Administer this PostgreSQL database directly' },
  { name: 'json', help: 'Print JSON' },
]

/**
 * Runs an administrator's errand: through a running server with an admin key, else on the storage
 * itself, which this process then owns for a moment. Naming a storage goes to it directly, unless a
 * server owns it.
 */
export async function administer<Result>(
  args: Arguments,
  errand: (api: Api) => Promise<Result>,
): Promise<Result> {
  const flags = { 'data-dir': args.text('data-dir'), database: args.text('database') }
  const loaded = loadConfig(flags, process.env)
  if (isNamed(loaded)) return directly(loaded, errand, args)
  try {
    return await throughServer(args, errand)
  } catch (error) {
    if (!isUnreachable(error)) throw error
    if (!hasLocalDatabase(loaded.config)) throw error
    return directly(loaded, errand, args)
  }
}

function isNamed({ sources }: LoadedConfig): boolean {
  return sources.database !== 'default' || sources['data-dir'] !== 'default'
}

/** No server to talk to: none is known, or it does not answer. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof UsageError) return true
  return error instanceof DomainError && error.code === 'unavailable'
}

async function throughServer<Result>(
  args: Arguments,
  errand: (api: Api) => Promise<Result>,
): Promise<Result> {
  return errand(connect(resolveServer(connectionFlags(args))))
}

async function directly<Result>(
  { config }: LoadedConfig,
  errand: (api: Api) => Promise<Result>,
  args: Arguments,
): Promise<Result> {
  let opened: LocalApi
  try {
    opened = await openLocalApi(config)
  } catch (error) {
    // A server owns the directory: then it is the one to ask.
    if (config.database === undefined && isUnreachable(error)) return throughServer(args, errand)
    throw error
  }
  await using local = opened
  return await errand(local.api)
}
