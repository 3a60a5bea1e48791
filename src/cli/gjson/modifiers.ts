import { compact, parseJson, type JsonMember, type JsonValue } from '../json/value.ts'

/** What `@name:argument` makes of a value; undefined: nothing. */
export type Modifier = (value: JsonValue, argument: string) => JsonValue | undefined

const same: Modifier = (value) => value

export const modifiers: Readonly<Record<string, Modifier>> = {
  // Layout is the output format's business, not the path's.
  pretty: same,
  ugly: same,
  this: same,
  valid: same,
  reverse,
  flatten: (value, argument) => flatten(value, isOn(argument, 'deep')),
  join,
  keys,
  values,
  tostr: (value) => ({ kind: 'string', text: compact(value) }),
  fromstr: (value) => (value.kind === 'string' ? parseOrNothing(value.text) : undefined),
  group,
}

function parseOrNothing(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** Whether a modifier's argument, a JSON object, sets this option. */
function isOn(argument: string, option: string): boolean {
  const parsed = parseOrNothing(argument)
  if (parsed?.kind !== 'object') return false
  return parsed.members.some(([key, value]) => key === option && value.kind === 'true')
}

function reverse(value: JsonValue): JsonValue {
  if (value.kind === 'array') return { kind: 'array', items: value.items.toReversed() }
  if (value.kind === 'object') return { kind: 'object', members: value.members.toReversed() }
  return value
}

function flatten(value: JsonValue, deep: boolean): JsonValue {
  if (value.kind !== 'array') return value
  const items = value.items.flatMap((item) => {
    if (item.kind !== 'array') return [item]
    const inner = deep ? flatten(item, true) : item
    return inner.kind === 'array' ? inner.items : []
  })
  return { kind: 'array', items }
}

/** Merges an array's objects into one; of a key given twice the last counts. */
function join(value: JsonValue, argument: string): JsonValue {
  if (value.kind !== 'array') return value
  const members = value.items.flatMap((item) => (item.kind === 'object' ? item.members : []))
  if (isOn(argument, 'preserve')) return { kind: 'object', members }
  return { kind: 'object', members: [...new Map<string, JsonValue>(members)] }
}

function keys(value: JsonValue): JsonValue {
  if (value.kind === 'array') {
    return { kind: 'array', items: value.items.map(() => ({ kind: 'null' })) }
  }
  const members = value.kind === 'object' ? value.members : []
  return { kind: 'array', items: members.map(([key]) => ({ kind: 'string', text: key })) }
}

function values(value: JsonValue): JsonValue {
  if (value.kind === 'array') return value
  const members = value.kind === 'object' ? value.members : []
  return { kind: 'array', items: members.map(([, item]) => item) }
}

/** An object of arrays as an array of objects. */
function group(value: JsonValue): JsonValue | undefined {
  if (value.kind !== 'object') return undefined
  const rows: JsonMember[][] = []
  for (const [key, column] of value.members) {
    const cells = column.kind === 'array' ? column.items : []
    for (const [index, cell] of cells.entries()) (rows[index] ??= []).push([key, cell])
  }
  return { kind: 'array', items: rows.map((members) => ({ kind: 'object', members })) }
}
