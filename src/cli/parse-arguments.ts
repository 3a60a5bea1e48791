import { UsageError, type Arguments, type Command, type Option } from './command.ts'
import { didYouMean } from './suggest.ts'

/** Flags that every command knows. */
export const commonOptions: readonly Option[] = [
  { name: 'help', short: 'h', help: 'Show this help' },
]

interface Found {
  readonly option: Option
  readonly value: string | boolean
}

/**
 * Reads what follows a command's name: `--name value`, `--name=value`, `-n value`, bundles of short
 * switches, `--no-name`, `--` before positionals that begin with a dash.
 * @throws UsageError that names the flag and the rule
 */
export function parseArguments(command: Command, tokens: readonly string[]): Arguments {
  const options = [...command.options, ...commonOptions]
  const positionals: string[] = []
  const values = new Map<string, (string | boolean)[]>()
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? ''
    if (token === '--') {
      positionals.push(...tokens.slice(index + 1))
      break
    }
    if (!token.startsWith('-') || token === '-') {
      positionals.push(token)
      continue
    }
    const { found, used } = hinting(command, token, () =>
      readFlag(options, token, tokens[index + 1]),
    )
    if (used) index += 1
    for (const { option, value } of found) {
      values.set(option.name, [...(values.get(option.name) ?? []), value])
    }
  }
  checkPositionals(command, positionals)
  return makeArguments(command.name, positionals, values)
}

/** What was meant for a flag may be no flag at all. @throws UsageError as `read`, with a hint */
function hinting<Value>({ dashed }: Command, token: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    const isWord = /^-[^-]./.test(token)
    if (dashed === undefined || !isWord || !(error instanceof UsageError)) throw error
    const hint = `If "${token}" is ${dashed}, it stands behind --, as in: -- ${token}`
    throw new UsageError(`${error.message} ${hint}`)
  }
}

function readFlag(options: readonly Option[], token: string, next: string | undefined) {
  if (!token.startsWith('--')) return readShort(options, token, next)
  const equals = token.indexOf('=')
  const name = token.slice(2, equals === -1 ? undefined : equals)
  const inline = equals === -1 ? undefined : token.slice(equals + 1)
  const option = options.find((candidate) => candidate.name === name)
  if (option === undefined) return { found: [readNegated(options, name, inline)], used: false }
  if (option.value !== undefined) return readValue(option, inline, next)
  return { found: [{ option, value: readSwitch(option, inline) }], used: false }
}

function readNegated(options: readonly Option[], name: string, inline: string | undefined): Found {
  const option = options.find((candidate) => `no-${candidate.name}` === name)
  if (option === undefined || option.value !== undefined || inline !== undefined) {
    throw unknownFlag(`--${name}`, options)
  }
  return { option, value: false }
}

function readSwitch(option: Option, inline: string | undefined): boolean {
  if (inline === undefined || inline === 'true') return true
  if (inline === 'false') return false
  throw new UsageError(`--${option.name} is a switch: it takes no value, "true" or "false"`)
}

function readShort(options: readonly Option[], token: string, next: string | undefined) {
  const found: Found[] = []
  const letters = token.slice(1).split('')
  for (const [index, letter] of letters.entries()) {
    const option = options.find((candidate) => candidate.short === letter)
    if (option === undefined) throw unknownFlag(`-${letter}`, options)
    if (option.value !== undefined) {
      const inline = letters.slice(index + 1).join('')
      const read = readValue(option, inline === '' ? undefined : inline, next)
      return { found: [...found, ...read.found], used: read.used }
    }
    found.push({ option, value: true })
  }
  return { found, used: false }
}

function readValue(option: Option, inline: string | undefined, next: string | undefined) {
  const value = inline ?? next
  if (value === undefined) {
    throw new UsageError(`--${option.name} needs a value: --${option.name} ${option.value ?? ''}`)
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(`--${option.name} must be one of ${option.choices.join(', ')}`)
  }
  return { found: [{ option, value }], used: inline === undefined }
}

function unknownFlag(flag: string, options: readonly Option[]): UsageError {
  const names = options.filter((option) => !option.hidden).map((option) => `--${option.name}`)
  return new UsageError(`unknown flag ${flag}.${didYouMean(flag, names)}`)
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const extra = positionals[command.positionalsMax ?? 0]
  if (extra === undefined) return
  throw new UsageError(`unexpected argument "${extra}". Usage: palimpsest ${command.usage}`)
}

function makeArguments(
  command: string,
  positionals: readonly string[],
  values: ReadonlyMap<string, readonly (string | boolean)[]>,
): Arguments {
  const strings = (name: string) =>
    (values.get(name) ?? []).filter((value) => typeof value === 'string')
  const given = (name: string) => {
    const last = values.get(name)?.at(-1)
    return typeof last === 'boolean' ? last : undefined
  }
  return {
    command,
    positionals,
    text: (name) => strings(name).at(-1),
    texts: strings,
    given,
    flag: (name) => given(name) === true,
  }
}
