import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { invalid } from './domain/errors.ts'
import { dayMs, defaultLimits, defaultRetention } from './domain/limits.ts'
import { defaultTtlSeconds } from './domain/session/work.ts'

// Every setting of the server as data: flags, environment variables, `palimpsest config`, `--help`
// and the documentation all come from this one table.

interface Kinds {
  text: string
  port: number
  count: number
  days: number | 'forever'
  switch: boolean
  level: LogLevel
}

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

interface Setting<Kind extends keyof Kinds = keyof Kinds> {
  readonly kind: Kind
  /** Undefined: there is none, the setting is off or found out. */
  readonly default: Kinds[Kind] | undefined
  /** One line, with the unit. */
  readonly help: string
  /** Shown by `palimpsest config` as set or not set, never its value. */
  readonly secret?: true
}

function setting<Kind extends keyof Kinds, Default extends Kinds[Kind] | undefined>(
  kind: Kind,
  fallback: Default,
  help: string,
) {
  return { kind, default: fallback, help } as const
}

/** Keys are the flags' names; the variable of `data-dir` is `PALIMPSEST_DATA_DIR`. */
export const settings = {
  host: setting('text', '127.0.0.1', 'address to listen on'),
  port: setting('port', 4747, 'port to listen on; 0 takes a free one'),
  'data-dir': setting(
    'text',
    undefined,
    'directory of the SQLite database; default palimpsest in $XDG_DATA_HOME or ~/.local/share',
  ),
  database: setting('text', undefined, 'postgres://… to use PostgreSQL instead of SQLite'),
  'store-memories-max': setting(
    'count',
    defaultLimits.storeMemoriesMax,
    'memories in one store, 1 or more (the hosted service allows 10000)',
  ),
  'store-bytes-max': setting(
    'count',
    defaultLimits.storeBytesMax,
    'bytes of live content in one store',
  ),
  'store-versions-max': setting('count', defaultLimits.storeVersionsMax, 'versions in one store'),
  'workspace-stores-max': setting(
    'count',
    defaultLimits.workspaceStoresMax,
    'stores in one workspace, archived ones included',
  ),
  'retention-days': setting('days', 30, 'days a superseded version is kept at least, or "forever"'),
  'recent-versions': setting(
    'count',
    defaultRetention.recentVersions,
    'versions of a live memory kept beside its head, whatever their age',
  ),
  'body-bytes-max': setting('count', 2_097_152, 'bytes of a request body'),
  'connections-max': setting('count', 10_000, 'connections open at once'),
  'request-timeout-seconds': setting('count', 60, 'seconds a request may take to arrive'),
  'tls-cert': setting('text', undefined, 'file of the certificate chain (PEM); with --tls-key'),
  'tls-key': setting('text', undefined, 'file of the private key (PEM); with --tls-cert'),
  'metrics-port': setting(
    'port',
    undefined,
    'port of its own for /metrics, without a key; else /metrics needs an admin key',
  ),
  model: setting(
    'text',
    undefined,
    'model that runs agents whose own model is not in --model-map; "demo" is built in',
  ),
  'model-base-url': setting('text', undefined, 'address of the Messages API that runs agents'),
  'model-api-key': {
    ...setting('text', undefined, 'key of that address; better as a variable than as a flag'),
    secret: true,
  },
  'model-auth': setting('text', 'x-api-key', 'how it is sent: x-api-key or bearer'),
  'model-map': setting('text', undefined, 'names of models there, like "claude-a=x,claude-b=y"'),
  'model-context-tokens': setting(
    'count',
    200_000,
    'tokens that fit into the context of the model',
  ),
  'model-output-tokens-max': setting('count', 8_192, 'tokens of one answer of the model'),
  'model-silence-seconds': setting('count', 120, 'seconds without a byte before a model is lost'),
  'turn-requests-max': setting('count', 200, 'requests to the model in one turn'),
  sandbox: setting(
    'text',
    'auto',
    'where bash runs: auto (bubblewrap, else util-linux, where one works) or off: agents have no bash',
  ),
  'sandbox-memory': setting(
    'text',
    'auto',
    'stores under bash: auto (mounted, where root and /dev/fuse allow it, else copies) or copy',
  ),
  'webhook-targets': setting(
    'text',
    'public',
    'where webhooks may lead: public (https and public addresses) or any (also http, private and loopback ones)',
  ),
  'sessions-max': setting('count', 200, 'sessions that run at once in this process'),
  'work-lease-seconds': setting(
    'count',
    defaultTtlSeconds,
    'seconds a worker may be silent before its work goes to another',
  ),
  console: setting(
    'switch',
    true,
    'serve the console for people under /console; --no-console does not',
  ),
  'log-level': setting('level', 'info', `one of ${logLevels.join(', ')}`),
  'strict-headers': setting(
    'switch',
    false,
    'refuse requests without the beta header of their endpoint with 404, as the hosted service does',
  ),
  'ignore-unknown-fields': setting(
    'switch',
    false,
    'ignore unknown fields of request bodies instead of refusing them',
  ),
} satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
type ValueOf<S> =
  S extends Setting<infer Kind>
    ? S['default'] extends undefined
      ? Kinds[Kind] | undefined
      : Kinds[Kind]
    : never

/** The effective settings; the data directory is found out where it is not set. */
export type Config = {
  readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]>
} & { readonly 'data-dir': string }

export type Source = 'flag' | 'environment' | 'default'

export interface LoadedConfig {
  readonly config: Config
  readonly sources: Readonly<Record<SettingName, Source>>
}

const prefix = 'PALIMPSEST_'

/** The environment variable of a setting. */
export function variableOf(name: SettingName): string {
  return prefix + name.toUpperCase().replaceAll('-', '_')
}

/**
 * The effective settings from flags, else `PALIMPSEST_*` variables, else defaults.
 * @param flags values as they were typed, by the flag's name without dashes
 * @throws DomainError `invalid` that names the flag or variable, for a bad value or an unknown
 * variable
 */
export function loadConfig(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): LoadedConfig {
  refuseUnknown(environment)
  const names = Object.keys(settings) as SettingName[]
  const values: Record<string, unknown> = {}
  const sources: Record<string, Source> = {}
  for (const name of names) {
    const flag = flags[name]
    const variable = environment[variableOf(name)]
    sources[name] = flag !== undefined ? 'flag' : variable ? 'environment' : 'default'
    const field = sources[name] === 'flag' ? `--${name}` : variableOf(name)
    const raw = flag ?? (variable === '' ? undefined : variable)
    values[name] =
      raw === undefined ? settings[name].default : parse(settings[name].kind, raw, field)
  }
  const directory = values['data-dir']
  values['data-dir'] = resolve(
    typeof directory === 'string' ? directory : defaultDataDirectory(environment),
  )
  const loaded = { config: values as Config, sources: sources as Record<SettingName, Source> }
  checkTogether(loaded.config)
  return loaded
}

function refuseUnknown(environment: Readonly<Record<string, string | undefined>>): void {
  const known = new Set((Object.keys(settings) as SettingName[]).map(variableOf))
  for (const variable of Object.keys(environment)) {
    if (variable.startsWith(prefix) && !known.has(variable)) {
      throw invalid(variable, 'is not a setting; `palimpsest config` lists them all')
    }
  }
}

function checkTogether(config: Config): void {
  if ((config['tls-cert'] === undefined) !== (config['tls-key'] === undefined)) {
    throw invalid('--tls-cert', 'and --tls-key belong together')
  }
  const { database } = config
  if (database !== undefined && !/^postgres(ql)?:\/\//.test(database)) {
    throw invalid('--database', 'must begin with postgres:// or postgresql://')
  }
  const { 'model-base-url': baseUrl, sandbox } = config
  if (baseUrl !== undefined && !/^https?:\/\/[^/]/.test(baseUrl)) {
    throw invalid('--model-base-url', 'must begin with http:// or https://')
  }
  const { 'sandbox-memory': memory } = config
  if (memory !== 'auto' && memory !== 'copy') {
    throw invalid('--sandbox-memory', 'must be auto or copy')
  }
  if (sandbox !== 'auto' && sandbox !== 'off') throw invalid('--sandbox', 'must be auto or off')
  const { 'webhook-targets': targets } = config
  if (targets !== 'public' && targets !== 'any') {
    throw invalid('--webhook-targets', 'must be public or any')
  }
}

function parse(kind: keyof Kinds, raw: string | boolean, field: string): unknown {
  if (kind === 'switch') return parseSwitch(raw, field)
  const text = String(raw)
  switch (kind) {
    case 'text':
      if (text === '') throw invalid(field, 'must not be empty')
      return text
    case 'port':
      return parseWhole(text, field, { min: 0, max: 65_535 })
    case 'count':
      return parseWhole(text, field, { min: 1, max: Number.MAX_SAFE_INTEGER })
    case 'days':
      return text === 'forever' ? text : parseWhole(text, field, { min: 1, max: 36_500 })
    case 'level': {
      const level = logLevels.find((known) => known === text)
      if (level === undefined) throw invalid(field, `must be one of ${logLevels.join(', ')}`)
      return level
    }
  }
}

function parseSwitch(raw: string | boolean, field: string): boolean {
  if (raw === true || raw === 'true' || raw === '1') return true
  if (raw === false || raw === 'false' || raw === '0') return false
  throw invalid(field, 'must be true or false')
}

interface Range {
  readonly min: number
  readonly max: number
}

function parseWhole(text: string, field: string, { min, max }: Range): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw invalid(field, `must be a whole number from ${min} to ${max}`)
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where the database is kept unless said otherwise: `$XDG_DATA_HOME/palimpsest`. */
function defaultDataDirectory(environment: Environment): string {
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'palimpsest')
}

export function limitsOf(config: Config) {
  return {
    storeMemoriesMax: config['store-memories-max'],
    storeBytesMax: config['store-bytes-max'],
    storeVersionsMax: config['store-versions-max'],
    workspaceStoresMax: config['workspace-stores-max'],
  }
}

export function retentionOf(config: Config) {
  const days = config['retention-days']
  return {
    keepMs: days === 'forever' ? undefined : days * dayMs,
    recentVersions: config['recent-versions'],
  }
}
