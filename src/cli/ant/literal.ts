import type { Flag } from './operation.ts'
import { AntUsageError } from './usage.ts'

/** The value that a flag's text means, by the flag's kind. @throws AntUsageError */
export async function readLiteral(flag: Flag, text: string): Promise<unknown> {
  switch (flag.kind) {
    case 'string':
    case 'list':
      return text
    case 'nullable':
      return text === 'null' ? null : text
    case 'integer':
      return readInteger(flag, text)
    case 'nullableInteger':
      return text === 'null' ? null : readInteger(flag, text)
    case 'boolean':
      return readBoolean(flag, text)
    case 'map':
    case 'maps':
      return readMap(flag, text)
    case 'mapOrWord':
      return word.test(text) && text !== 'null' ? text : readMap(flag, text)
    case 'sequence':
      return readSequence(flag, text)
    case 'any':
      return readAny(flag, text)
    default:
      throw new Error(`unknown kind of flag: ${String(flag.kind)}`)
  }
}

/** Decimal, 0x…, 0o…, 0b…, a leading 0 for octal, underscores between digits after a prefix. */
function readInteger(flag: Flag, text: string): number {
  const [, sign = '', digits = ''] = /^([+-]?)(.+)$/.exec(text) ?? []
  const plain = /^0[xob]?_?[\da-f_]+$/i.test(digits) ? digits.replaceAll('_', '') : digits
  const octal = /^0\d+$/.test(plain) ? `0o${plain.slice(1)}` : plain
  const value = /^[\da-z]+$/i.test(octal) ? Number(octal) : Number.NaN
  if (!Number.isSafeInteger(value)) {
    throw new AntUsageError(`--${flag.name} must be a whole number; it is "${text}"`)
  }
  return sign === '-' ? -value : value
}

function readBoolean(flag: Flag, text: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false
  throw new AntUsageError(`--${flag.name} must be true or false; it is "${text}"`)
}

/** A name or an id, which stands for itself. */
const word = /^[\p{L}\p{N}_.:/-]+$/u

async function readMap(flag: Flag, text: string): Promise<unknown> {
  const value = await tryYaml(text)
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return value
  throw new AntUsageError(
    `--${flag.name} must be a map in YAML or JSON, like "{key: value}"; it is "${text}"`,
  )
}

async function readSequence(flag: Flag, text: string): Promise<unknown> {
  const value = await tryYaml(text)
  if (Array.isArray(value)) return value
  throw new AntUsageError(
    `--${flag.name} must be a list in YAML or JSON, like "[a, b]"; it is "${text}"`,
  )
}

const time = /^\d{4}-\d\d-\d\d([Tt ][\d:.]+([Zz]|[+-]\d\d:?\d\d)?)?$/

async function readAny(flag: Flag, text: string): Promise<unknown> {
  if (text.startsWith('@') || time.test(text)) return text
  const value = await tryYaml(text)
  if (value !== undefined) return value
  throw new AntUsageError(`--${flag.name} must be a value in YAML or JSON; it is "${text}"`)
}

async function tryYaml(text: string): Promise<unknown> {
  try {
    return await parseRelaxed(text)
  } catch {
    return undefined
  }
}

/** JSON or YAML; of several documents the first. @throws Error that says where it went wrong */
export async function parseRelaxed(text: string): Promise<unknown> {
  if (/^\s*[{["]/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // Flow style YAML begins with the same brackets.
    }
  }
  const { parseAllDocuments } = await import('yaml')
  const documents = parseAllDocuments(text, { logLevel: 'silent', stringKeys: true })
  const [first] = documents
  if (first === undefined || !('toJS' in first)) return null
  const [error] = first.errors
  if (error !== undefined) throw error
  return first.toJS()
}
