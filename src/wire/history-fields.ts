import { text, timeBound } from './query.ts'
import { integer } from './query.ts'
import { parseTime } from './timestamp.ts'
import { count, time, type Schema } from './schema.ts'

// How requests name moments and memories, shared by the operations about history.

export const atFields = {
  at: timeBound('down', 'After every change made at or before this time.'),
  at_seq: integer('After the change with this sequence; instead of `at`.', { minimum: 0 }),
}

export const pathField = text('The path of a memory.')
export const memoryIdField = text('The id of a memory.')

/** Fields of a body that may be left out or null. */
export function optional(schema: Schema, description: string): Schema {
  const { type } = schema
  return { ...schema, ...(typeof type === 'string' ? { type: [type, 'null'] } : {}), description }
}

export const timeField = (description: string) => optional(time, description)
export const seqField = (description: string) => optional(count, description)
export const textField = (description: string) => optional({ type: 'string' }, description)
export const flagField = (description: string) => optional({ type: 'boolean' }, description)

/** A field of a body whose shape was checked; null counts as not given. */
export function bodyValue<Value>(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Value | undefined {
  return (body[name] ?? undefined) as Value | undefined
}

/** @throws DomainError `invalid` */
export function bodyTime(
  body: Readonly<Record<string, unknown>>,
  name: string,
  rounding: 'up' | 'down',
): number | undefined {
  const value = bodyValue<string>(body, name)
  return value === undefined ? undefined : parseTime(value, name, rounding)
}
