import { invalid } from '../domain/errors.ts'
import type { Schema } from './schema.ts'
import {
  encodeMicroseconds,
  encodeTime,
  parseMicroseconds,
  parseTime,
  type Rounding,
} from './timestamp.ts'

/** One query parameter: how its text is read and written, and what the docs say of it. */
export interface Field<Value> {
  readonly schema: Schema
  readonly description: string
  /** Whether an empty value is read as one; otherwise it counts as absent. */
  readonly keepsEmpty: boolean
  /** Whether it may come several times, as `name[]=` or `name=`; its value is then a list. */
  readonly repeats?: boolean
  /** @throws DomainError `invalid` */
  parse(text: string, name: string): Value
  format(value: Value): string
}

export type Fields = Readonly<Record<string, Field<unknown>>>

/** What a request's query holds, by the names of the wire. */
export type Values<F> = {
  readonly [Name in keyof F]?: F[Name] extends Field<infer Value> ? Value | undefined : never
}

function field<Value>(
  schema: Schema,
  description: string,
  codec: Pick<Field<Value>, 'parse' | 'format'>,
): Field<Value> {
  return { schema, description, keepsEmpty: false, ...codec }
}

export function text(description: string, options?: { keepsEmpty: boolean }): Field<string> {
  const codec = { parse: (value: string) => value, format: (value: string) => value }
  return {
    ...field({ type: 'string' }, description, codec),
    keepsEmpty: options?.keepsEmpty ?? false,
  }
}

/** A whole number; whether it is in the range is for the verb to say. */
export function integer(description: string, schema: Omit<Schema, 'type'> = {}): Field<number> {
  return field({ type: 'integer', ...schema }, description, {
    parse: (value, name) => {
      if (!/^-?\d{1,15}$/.test(value)) throw invalid(name, 'must be a whole number')
      return Number(value)
    },
    format: String,
  })
}

export function boolean(description: string): Field<boolean> {
  return field({ type: 'boolean', default: false }, description, {
    parse: (value, name) => {
      if (value !== 'true' && value !== 'false') throw invalid(name, 'must be "true" or "false"')
      return value === 'true'
    },
    format: String,
  })
}

export function oneOf<Value extends string>(
  values: readonly Value[],
  description: string,
  schema: Omit<Schema, 'type' | 'enum'> = {},
): Field<Value> {
  return field<Value>({ type: 'string', enum: values, ...schema }, description, {
    parse: (value, name) => {
      const found = values.find((candidate) => candidate === value)
      if (found === undefined) {
        throw invalid(name, `must be ${values.map((word) => `"${word}"`).join(' or ')}`)
      }
      return found
    },
    format: (value) => value,
  })
}

/** Texts of a parameter that may be repeated; its name ends with "[]". */
export function texts(description: string): Field<readonly string[]> {
  const schema = { type: 'array', items: { type: 'string' } } as const
  const codec = {
    parse: (value: string) => [value],
    format: (values: readonly string[]) => values.join(','),
  }
  return { ...field<readonly string[]>(schema, description, codec), repeats: true }
}

/** A bound of a time, as microseconds since 1970. */
export function microsecondBound(rounding: Rounding, description: string): Field<number> {
  return field({ type: 'string', format: 'date-time' }, description, {
    parse: (value, name) => parseMicroseconds(value, name, rounding),
    format: encodeMicroseconds,
  })
}

/** An inclusive bound of a time, as milliseconds since 1970. */
export function timeBound(rounding: Rounding, description: string): Field<number> {
  return field({ type: 'string', format: 'date-time' }, description, {
    parse: (value, name) => parseTime(value, name, rounding),
    format: encodeTime,
  })
}

/**
 * The known parameters of a query string; unknown ones are ignored, of repeated ones the last wins.
 * @param search what stands behind the "?", "" when there is none
 * @throws DomainError `invalid`
 */
export function parseQuery<F extends Fields>(fields: F, search: string): Values<F> {
  const found: Record<string, unknown> = {}
  let start = 0
  while (start < search.length) {
    const ampersand = search.indexOf('&', start)
    const end = ampersand === -1 ? search.length : ampersand
    readPair(fields, search.slice(start, end), found)
    start = end + 1
  }
  return found as Values<F>
}

function readPair(fields: Fields, pair: string, found: Record<string, unknown>): void {
  const equals = pair.indexOf('=')
  const given = decode(equals === -1 ? pair : pair.slice(0, equals))
  if (given === undefined) return
  const name = Object.hasOwn(fields, given) ? given : `${given}[]`
  if (!Object.hasOwn(fields, name)) return
  const field = fields[name]
  if (field === undefined) return
  const value = equals === -1 ? '' : decode(pair.slice(equals + 1))
  if (value === undefined) throw invalid(name, 'must be percent-encoded UTF-8')
  if (value.includes('\0')) throw invalid(name, 'must not contain NUL')
  const parsed = value === '' && !field.keepsEmpty ? undefined : field.parse(value, name)
  const before = field.repeats === true ? found[name] : undefined
  found[name] = Array.isArray(before) && Array.isArray(parsed) ? [...before, ...parsed] : parsed
}

/** Undefined when it is not the percent-encoding of UTF-8. */
function decode(part: string): string | undefined {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}

/**
 * The query string, without "?", of the values that are there.
 * @throws DomainError `invalid` for text that no URL can carry
 */
export function formatQuery<F extends Fields>(fields: F, values: Values<F>): string {
  const pairs: string[] = []
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name]
    if (value === undefined) continue
    if (field.repeats === true && Array.isArray(value)) {
      for (const item of value)
        pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(item)}`)
      continue
    }
    const text = field.format(value)
    if (!text.isWellFormed()) throw invalid(name, 'must be valid Unicode (it has a lone surrogate)')
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`)
  }
  return pairs.join('&')
}
