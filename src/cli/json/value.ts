/**
 * JSON as a tree that keeps what JavaScript's own values lose: digits of large numbers, the order
 * of keys that look like numbers, and keys given twice.
 */
export type JsonValue =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'true' | 'false' | 'null' }

export type JsonMember = readonly [key: string, value: JsonValue]

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const string = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\.)*"/uy
const blank = /[ \t\r\n]*/y

interface Cursor {
  readonly source: string
  at: number
}

/** @throws SyntaxError */
export function parseJson(source: string): JsonValue {
  const cursor = { source, at: 0 }
  const value = readValue(cursor)
  if (cursor.at < source.length) throw unexpected(cursor)
  return value
}

function readValue(cursor: Cursor): JsonValue {
  take(cursor, blank)
  const value = readBare(cursor)
  take(cursor, blank)
  return value
}

function readBare(cursor: Cursor): JsonValue {
  switch (cursor.source[cursor.at]) {
    case '{':
      return { kind: 'object', members: readList(cursor, '}', readMember) }
    case '[':
      return { kind: 'array', items: readList(cursor, ']', readValue) }
    case '"':
      return { kind: 'string', text: readString(cursor) }
    default:
      return readWord(cursor)
  }
}

function readWord(cursor: Cursor): JsonValue {
  for (const kind of ['true', 'false', 'null'] as const) {
    if (!cursor.source.startsWith(kind, cursor.at)) continue
    cursor.at += kind.length
    return { kind }
  }
  const digits = take(cursor, number)
  if (digits === undefined) throw unexpected(cursor)
  return { kind: 'number', digits }
}

function readList<Item>(cursor: Cursor, end: string, readItem: (cursor: Cursor) => Item): Item[] {
  const items: Item[] = []
  cursor.at += 1
  take(cursor, blank)
  if (skip(cursor, end)) return items
  for (;;) {
    items.push(readItem(cursor))
    if (skip(cursor, end)) return items
    if (!skip(cursor, ',')) throw unexpected(cursor)
  }
}

function readMember(cursor: Cursor): JsonMember {
  take(cursor, blank)
  const key = readString(cursor)
  take(cursor, blank)
  if (!skip(cursor, ':')) throw unexpected(cursor)
  return [key, readValue(cursor)]
}

function readString(cursor: Cursor): string {
  const literal = take(cursor, string)
  if (literal === undefined) throw unexpected(cursor)
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
}

function skip(cursor: Cursor, character: string): boolean {
  if (cursor.source[cursor.at] !== character) return false
  cursor.at += 1
  return true
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.source)?.[0]
  if (found !== undefined) cursor.at += found.length
  return found
}

function unexpected(cursor: Cursor): SyntaxError {
  const found = cursor.source[cursor.at]
  const what = found === undefined ? 'the end' : JSON.stringify(found)
  return new SyntaxError(`not JSON: ${what} at position ${cursor.at}`)
}

/** The value as JavaScript's own, for what needs no more than that. */
export function toPlain(value: JsonValue): unknown {
  return JSON.parse(compact(value))
}

/** On one line, without blanks. */
export function compact(value: JsonValue): string {
  switch (value.kind) {
    case 'object':
      return `{${value.members.map(([key, item]) => `${JSON.stringify(key)}:${compact(item)}`).join(',')}}`
    case 'array':
      return `[${value.items.map(compact).join(',')}]`
    case 'string':
      return JSON.stringify(value.text)
    case 'number':
      return value.digits
    default:
      return value.kind
  }
}
