import { didYouMean } from '../suggest.ts'
import type { Flag, Operation } from './operation.ts'
import { groups, operations } from './operations.ts'
import { AntUsageError } from './usage.ts'

/** A flag of every command, given anywhere on the line. */
interface GlobalFlag {
  readonly name: string
  readonly short?: string
  readonly isSwitch?: boolean
  /** Why this program does not have it. */
  readonly refused?: string
  readonly help: string
}

const formats = ['auto', 'explore', 'json', 'jsonl', 'pretty', 'raw', 'yaml'] as const
export type Format = (typeof formats)[number]

const signIn = 'signing in with profiles or federation is not part of palimpsest: use --api-key'

export const globalFlags: readonly GlobalFlag[] = [
  { name: 'base-url', help: 'The server (ANTHROPIC_BASE_URL); needs a key beside it' },
  { name: 'api-key', help: 'API key (ANTHROPIC_API_KEY)' },
  { name: 'auth-token', help: 'Token sent as Authorization: Bearer (ANTHROPIC_AUTH_TOKEN)' },
  { name: 'workspace-id', help: 'Workspace of the request (ANTHROPIC_WORKSPACE_ID)' },
  { name: 'format', help: `Of answers: ${formats.join(', ')}` },
  { name: 'format-error', help: 'Of error answers' },
  { name: 'transform', help: 'GJSON path to print instead of the whole answer' },
  { name: 'transform-error', help: 'GJSON path for error answers' },
  { name: 'raw-output', short: 'r', isSwitch: true, help: 'Print strings without quotes' },
  { name: 'debug', isSwitch: true, help: 'Show requests and answers on stderr, secrets masked' },
  { name: 'help', short: 'h', isSwitch: true, help: 'Show help' },
  { name: 'version', short: 'v', isSwitch: true, help: 'Show the version' },
  { name: 'webhook-key', help: 'Accepted and not used' },
  { name: 'profile', refused: signIn, help: '' },
  { name: 'identity-token', refused: signIn, help: '' },
  { name: 'identity-token-file', refused: signIn, help: '' },
  { name: 'federation-rule', refused: signIn, help: '' },
  { name: 'organization-id', refused: signIn, help: '' },
  { name: 'service-account-id', refused: signIn, help: '' },
]

/** A line of arguments, read. */
export interface Invocation {
  readonly globals: ReadonlyMap<string, string>
  /** The resource that was named, if any. */
  readonly group: string | undefined
  readonly operation: Operation | undefined
  /** Texts of the operation's own flags, in the order given. */
  readonly given: readonly { readonly flag: Flag; readonly text: string }[]
}

interface Reading {
  readonly globals: Map<string, string>
  readonly given: { flag: Flag; text: string }[]
  readonly positionals: string[]
}

/**
 * Reads `[flags] RESOURCE [flags] VERB [flags] [ID]`.
 * @throws AntUsageError
 */
export function parseAnt(tokens: readonly string[]): Invocation {
  const reading: Reading = { globals: new Map(), given: [], positionals: [] }
  const afterGroup = readUntilPositional(tokens, reading)
  const [group] = reading.positionals
  if (group === undefined) return { ...reading, group, operation: undefined }
  checkGroup(group)
  reading.positionals.length = 0
  const afterVerb = readUntilPositional(afterGroup, reading)
  const [verb] = reading.positionals
  if (verb === undefined) return { ...reading, group, operation: undefined }
  const operation = findOperation(group, verb)
  reading.positionals.length = 0
  for (let rest = afterVerb; rest.length > 0;) rest = readToken(rest, reading, operation.flags)
  if (!reading.globals.has('help')) takePositional(operation, reading)
  return { ...reading, group, operation }
}

function readUntilPositional(tokens: readonly string[], reading: Reading): readonly string[] {
  let rest = tokens
  while (rest.length > 0 && reading.positionals.length === 0) rest = readToken(rest, reading, [])
  return rest
}

/** Reads one positional, or one flag with its value; returns what is left. */
function readToken(
  tokens: readonly string[],
  reading: Reading,
  own: readonly Flag[],
): readonly string[] {
  const [token = '', ...rest] = tokens
  if (token === '--') {
    reading.positionals.push(...rest)
    return []
  }
  if (!/^--?[a-z]/i.test(token)) {
    reading.positionals.push(token)
    return rest
  }
  const [, name = '', equals, inline = ''] = /^--?([^=]*)(=?)(.*)$/s.exec(token) ?? []
  const flag = own.find((candidate) => candidate.name === name)
  const global = globalFlags.find(
    (candidate) => candidate.name === name || candidate.short === name,
  )
  if (flag === undefined && global === undefined) throw unknownFlag(name, own)
  if (flag === undefined && global?.refused !== undefined) {
    throw new AntUsageError(`--${name}: ${global.refused}`)
  }
  const isSwitch = flag === undefined ? global?.isSwitch === true : flag.kind === 'boolean'
  const value = equals === '=' ? inline : isSwitch ? 'true' : rest[0]
  if (value === undefined) throw new AntUsageError(`flag needs an argument: --${name}`)
  if (flag !== undefined) reading.given.push({ flag, text: value })
  else setGlobal(reading.globals, global?.name ?? name, value)
  return equals === '=' || isSwitch ? rest : rest.slice(1)
}

function setGlobal(globals: Map<string, string>, name: string, value: string): void {
  const isFormat = name === 'format' || name === 'format-error'
  if (isFormat && !formats.some((format) => format === value.toLowerCase())) {
    throw new AntUsageError(`--${name} must be one of ${formats.join(', ')}; it is "${value}"`)
  }
  globals.set(name, isFormat ? value.toLowerCase() : value)
}

function unknownFlag(name: string, own: readonly Flag[]): AntUsageError {
  const known = [...own, ...globalFlags].map((flag) => `--${flag.name}`)
  return new AntUsageError(`unknown flag --${name}.${didYouMean(`--${name}`, known)}`)
}

function checkGroup(name: string): void {
  if (groups.includes(name)) return
  const hint = didYouMean(name, groups)
  throw new AntUsageError(`no resource "${name}": palimpsest has ${groups.join(', ')}.${hint}`, 3)
}

function findOperation(group: string, verb: string): Operation {
  const inGroup = operations.filter((operation) => operation.group === group)
  const found = inGroup.find((operation) => operation.verb === verb)
  if (found !== undefined) return found
  const verbs = inGroup.map((operation) => operation.verb)
  const message = `${group} has no verb "${verb}": ${verbs.join(', ')}.`
  throw new AntUsageError(`${message}${didYouMean(verb, verbs)}`, 3)
}

/** One positional may stand for the first id, if its flag is not there. */
function takePositional(operation: Operation, reading: Reading): void {
  const flag = operation.flags.find((candidate) => candidate.name === operation.positional)
  const isFree = flag !== undefined && reading.given.every((one) => one.flag !== flag)
  const [first, ...others] = reading.positionals
  const extra = isFree && first !== undefined ? others : reading.positionals
  if (extra.length > 0) {
    throw new AntUsageError(`Unexpected extra arguments: ${extra.join(' ')}`)
  }
  if (isFree && first !== undefined) reading.given.push({ flag, text: first })
}
