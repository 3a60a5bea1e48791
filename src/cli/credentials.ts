import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError, type Option } from './command.ts'

/** The flags that name a server; every command that talks to one has them. */
export const connectionOptions: readonly Option[] = [
  { name: 'base-url', value: 'URL', help: 'The server; needs a key beside it' },
  { name: 'api-key', value: 'KEY', help: 'API key, sent as x-api-key; needs the URL beside it' },
  { name: 'auth-token', value: 'TOKEN', help: 'Token, sent as Authorization: Bearer' },
  { name: 'workspace-id', value: 'ID', help: 'Workspace, where the credential reaches several' },
  { name: 'debug', help: 'Show requests and answers on stderr, secrets masked' },
]

export interface ConnectionFlags {
  readonly baseUrl?: string | undefined
  readonly apiKey?: string | undefined
  readonly authToken?: string | undefined
  readonly workspaceId?: string | undefined
  /** What the server is for; `memory` when not given. */
  readonly purpose?: Purpose
}

/**
 * Where a key without a URL goes. `ant`: to the hosted service, as with the official program.
 * `memory`: there too, but one of the environment gives way to the file that `serve` wrote.
 * `administration`: never to the hosted service, which has no keys and workspaces of ours.
 */
export type Purpose = 'memory' | 'administration' | 'ant'

/** Where to send requests, and what proves who asks. */
export interface Server {
  /** Begins with http:// or https://, ends with "/". */
  readonly baseUrl: string
  /** Credential and workspace. */
  readonly headers: Readonly<Record<string, string>>
  readonly source: 'flags' | 'environment' | 'credentials file'
  /** A sentence for stderr when a credential was passed over for another. */
  readonly note?: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const hostedUrl = 'https://api.anthropic.com'
/** How every secret of a Palimpsest server begins. */
const ourPrefix = 'plm-'

/**
 * The server and its credential, always both from one place, so that a key never reaches a server
 * it was not given for: the flags, else the environment, else the file that `serve` writes.
 * @throws UsageError
 */
export function resolveServer(flags: ConnectionFlags, env: Environment = process.env): Server {
  const file = () => fromFile(credentialsFile(env), flags)
  const server =
    fromFlags(flags, env) ?? passOver(flags, env, file) ?? fromEnvironment(flags, env) ?? file()
  if (server !== undefined) return server
  throw new UsageError(
    'no server and key: give --base-url with --api-key, set ANTHROPIC_BASE_URL with ' +
      'ANTHROPIC_API_KEY, or run `palimpsest serve` on this machine, which writes ' +
      credentialsFile(env),
  )
}

function fromFlags(flags: ConnectionFlags, env: Environment): Server | undefined {
  const { baseUrl, apiKey, authToken } = flags
  if (baseUrl === undefined && apiKey === undefined && authToken === undefined) return undefined
  if (apiKey === undefined && authToken === undefined) {
    throw new UsageError(
      '--base-url needs --api-key or --auth-token beside it: a key from the environment or from a ' +
        'file belongs to the server named there',
    )
  }
  if (baseUrl === undefined && env['ANTHROPIC_BASE_URL']) {
    throw new UsageError(
      '--api-key and --auth-token need --base-url beside them while ANTHROPIC_BASE_URL is set: URL ' +
        'and key always come from the same source',
    )
  }
  return makeServer({
    source: 'flags',
    baseUrl: checkUrl(baseUrl ?? hostedUrl, '--base-url'),
    apiKey,
    authToken,
    workspaceId: flags.workspaceId ?? env['ANTHROPIC_WORKSPACE_ID'],
    purpose: flags.purpose,
  })
}

/** Many an environment holds a key for other programs: without a URL it names no server of ours. */
function passOver(
  { purpose }: ConnectionFlags,
  env: Environment,
  file: () => Server | undefined,
): Server | undefined {
  if (purpose === 'ant' || env['ANTHROPIC_BASE_URL']) return undefined
  const lone = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'].find((name) => env[name])
  const server = lone === undefined ? undefined : file()
  if (server === undefined) return undefined
  const note =
    `Note: ${lone} is passed over, because no ANTHROPIC_BASE_URL says where it belongs; using ` +
    `${server.baseUrl} and its key (${server.source}).`
  return { ...server, note }
}

function fromEnvironment({ purpose }: ConnectionFlags, env: Environment): Server | undefined {
  const baseUrl = env['ANTHROPIC_BASE_URL'] || undefined
  const apiKey = env['ANTHROPIC_API_KEY'] || undefined
  const authToken = env['ANTHROPIC_AUTH_TOKEN'] || undefined
  if (apiKey === undefined && authToken === undefined) {
    if (baseUrl === undefined) return undefined
    throw new UsageError(
      'ANTHROPIC_BASE_URL needs ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN beside it: URL and key ' +
        'always come from the same source',
    )
  }
  return makeServer({
    source: 'environment',
    baseUrl: checkUrl(baseUrl ?? hostedUrl, 'ANTHROPIC_BASE_URL'),
    apiKey,
    authToken,
    workspaceId: env['ANTHROPIC_WORKSPACE_ID'],
    purpose,
  })
}

/** Where `serve` leaves the URL and key of the server on this machine. */
export function credentialsFile(env: Environment = process.env): string {
  const home = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '', '.config')
  return join(home, 'palimpsest', 'credentials.json')
}

function fromFile(path: string, flags: ConnectionFlags): Server | undefined {
  const text = readPrivate(path)
  if (text === undefined) return undefined
  const wrong = new UsageError(`${path} must hold {"base_url": "…", "api_key": "…"}`)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw wrong
  }
  if (typeof parsed !== 'object' || parsed === null) throw wrong
  const { base_url: baseUrl, api_key: apiKey } = parsed as Record<string, unknown>
  if (typeof baseUrl !== 'string' || typeof apiKey !== 'string') throw wrong
  return makeServer({
    source: 'credentials file',
    baseUrl: checkUrl(baseUrl, path),
    apiKey,
    authToken: undefined,
    workspaceId: flags.workspaceId,
    purpose: flags.purpose,
  })
}

function readPrivate(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    if (process.platform !== 'win32' && (fstatSync(file).mode & 0o077) !== 0) {
      throw new UsageError(
        `${path} can be read by others: make it private (chmod 600) and change the key if others ` +
          'may have seen it',
      )
    }
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

interface Parts {
  readonly source: Server['source']
  readonly baseUrl: string
  readonly apiKey: string | undefined
  readonly authToken: string | undefined
  readonly workspaceId: string | undefined
  readonly purpose: Purpose | undefined
}

function makeServer(parts: Parts): Server {
  const { source, baseUrl, apiKey, authToken, workspaceId } = parts
  if (isHosted(baseUrl)) checkHosted(parts)
  const headers: Record<string, string> = {}
  if (apiKey !== undefined) headers['x-api-key'] = apiKey
  else if (authToken !== undefined) headers['authorization'] = `Bearer ${authToken}`
  if (workspaceId) headers['anthropic-workspace-id'] = workspaceId
  const both = apiKey !== undefined && authToken !== undefined
  const note = both
    ? `Note: API key and token are both set (${source}); using the API key.`
    : undefined
  return { source, baseUrl, headers, note }
}

function isHosted(baseUrl: string): boolean {
  return new URL(baseUrl).hostname.replace(/\.$/, '') === new URL(hostedUrl).hostname
}

/** @throws UsageError where the hosted service must not get the request */
function checkHosted({ apiKey, authToken, purpose }: Parts): void {
  const where = 'name the server with --base-url beside the key, or with ANTHROPIC_BASE_URL'
  if ((apiKey ?? authToken)?.startsWith(ourPrefix)) {
    throw new UsageError(
      `a key that begins with ${ourPrefix} is one of a Palimpsest server and is never sent to ` +
        `${hostedUrl}: ${where}`,
    )
  }
  if (purpose === 'administration') {
    throw new UsageError(
      `keys and workspaces are those of a Palimpsest server, and ${hostedUrl} is none: ${where}`,
    )
  }
}

function checkUrl(text: string, name: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new UsageError(
      `${name} must begin with http:// or https:// and be a URL; it is "${text}"`,
    )
  }
  return text.endsWith('/') ? text : `${text}/`
}
