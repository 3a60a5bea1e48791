import { invalid } from '../errors.ts'
import { countCharacters } from '../text.ts'

// Reads nested inputs, whose shape no schema has checked yet. `at` is the place in the request, as
// the wire spells it.

export type Fields = Readonly<Record<string, unknown>>

/** Left out and null mean the same in a request. */
export function isMissing(input: unknown): input is undefined | null {
  return input === undefined || input === null
}

/** @throws DomainError `invalid` unless it is an object with no other fields than the known ones */
export function readFields(input: unknown, at: string, known: readonly string[]): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid(at, 'must be an object')
  }
  const strange = Object.keys(input).find((name) => !known.includes(name))
  if (strange !== undefined) throw invalid(`${at}.${spelled(strange)}`, 'is not a known field')
  return input as Fields
}

function spelled(name: string): string {
  return name.replace(/^!/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

export function readList(input: unknown, at: string, max: number): readonly unknown[] {
  if (!Array.isArray(input)) throw invalid(at, 'must be a list')
  if (input.length > max) throw invalid(at, `must have at most ${max} items`)
  return input
}

interface TextRule {
  readonly min?: number
  readonly max: number
}

/** Characters are Unicode code points. */
export function readText(input: unknown, at: string, { min = 0, max }: TextRule): string {
  if (typeof input !== 'string') throw invalid(at, 'must be a string')
  if (!input.isWellFormed()) throw invalid(at, 'must be valid Unicode (it has a lone surrogate)')
  const characters = countCharacters(input)
  if (characters >= min && characters <= max) return input
  const range = min === 0 ? `at most ${max}` : `${min} to ${max}`
  throw invalid(at, `must have ${range} characters; it has ${characters}`)
}

/** undefined stays, null clears. */
export function readTextPatch(
  input: unknown,
  at: string,
  rule: TextRule,
): string | null | undefined {
  return input === undefined || input === null ? input : readText(input, at, rule)
}

export function readOneOf<Value extends string>(
  input: unknown,
  at: string,
  values: readonly Value[],
): Value {
  const found = values.find((value) => value === input)
  if (found !== undefined) return found
  throw invalid(at, `must be ${values.map((value) => `"${value}"`).join(' or ')}`)
}

export function readSwitch(input: unknown, at: string): boolean {
  if (typeof input !== 'boolean') throw invalid(at, 'must be true or false')
  return input
}

/** Accepts what says nothing, and refuses what this server cannot do rather than ignore it. */
export function refuseUnsupported(input: unknown, at: string): void {
  if (input === undefined || input === null) return
  if (Array.isArray(input) && input.length === 0) return
  throw invalid(at, 'is not supported by this server')
}
