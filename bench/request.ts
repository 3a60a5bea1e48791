// Requests as bytes, made once before the clock starts. What differs from one to the next is
// written into fixed places of them.

/** A place in the request's bytes that is written anew for each request. */
export type Slot =
  /** A number that no other request has, in decimal digits with leading zeros. */
  | { readonly kind: 'counter'; readonly offset: number; readonly digits: number }
  /** The value at the number of the choice; all values are equally long. */
  | { readonly kind: 'choice'; readonly offset: number; readonly values: readonly string[] }

export interface Template {
  readonly bytes: Uint8Array
  readonly slots: readonly Slot[]
  /** One of so many is taken at random for each request, the same in every choice slot. */
  readonly choices: number
}

/** Marks where the counter goes. */
const counter = '<counter>'
const counterDigits = 12

interface Parts {
  readonly method: 'GET' | 'POST'
  /** May hold names of choices in angle brackets. */
  readonly path: string
  readonly key: string
  readonly body?: string
  readonly choices?: Readonly<Record<string, readonly string[]>>
}

function template({ method, path, key, body, choices = {} }: Parts): Template {
  const filled = (text: string) => fill(text, choices)
  const length = body === undefined ? undefined : Buffer.byteLength(filled(body))
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `x-api-key: ${key}`,
    'anthropic-version: 2023-06-01',
    'anthropic-beta: managed-agents-2026-04-01',
    'accept: application/json',
    ...(length === undefined
      ? []
      : ['content-type: application/json', `content-length: ${length}`]),
  ]
  const text = `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
  return {
    bytes: Buffer.from(filled(text), 'latin1'),
    slots: slotsOf(text, choices),
    choices: Math.max(1, ...Object.values(choices).map((values) => values.length)),
  }
}

const mark = /<(\w+)>/g

/** The text with a value of the right length in every place. */
function fill(text: string, choices: Readonly<Record<string, readonly string[]>>): string {
  return text.replace(mark, (_, name: string) => valueOf(name, choices))
}

function valueOf(name: string, choices: Readonly<Record<string, readonly string[]>>): string {
  return `<${name}>` === counter ? '0'.repeat(counterDigits) : (choices[name]?.[0] ?? '')
}

function slotsOf(text: string, choices: Readonly<Record<string, readonly string[]>>): Slot[] {
  const slots: Slot[] = []
  let shift = 0
  for (const match of text.matchAll(mark)) {
    const name = match[1] ?? ''
    const offset = match.index + shift
    const values = choices[name]
    if (match[0] === counter) slots.push({ kind: 'counter', offset, digits: counterDigits })
    else if (values !== undefined) slots.push({ kind: 'choice', offset, values })
    shift += valueOf(name, choices).length - match[0].length
  }
  return slots
}

const beginning = `{"path":"/bench/${counter}","content":"`

/** Creates a new memory each time, in a store taken at random. */
export function createRequest(key: string, stores: readonly string[], bytes: number): Template {
  return template({
    method: 'POST',
    path: '/v1/memory_stores/<store>/memories',
    key,
    body: `${beginning}${textOf(bytes)}"}`,
    choices: { store: stores },
  })
}

/** Text of so many bytes that begins with a number no other request has. */
export function textOf(bytes: number): string {
  const line = 'The user prefers short answers and metric units; see notes of last week. '
  const rest = bytes - counterDigits
  return counter + line.repeat(Math.ceil(rest / line.length)).slice(0, rest)
}

/** Where a memory is. */
export interface Place {
  readonly storeId: string
  readonly memoryId: string
}

function places(of: readonly Place[]) {
  return {
    store: of.map(({ storeId }) => storeId),
    memory: of.map(({ memoryId }) => memoryId),
  }
}

const memoryPath = '/v1/memory_stores/<store>/memories/<memory>'

export function getRequest(key: string, of: readonly Place[]): Template {
  return template({ method: 'GET', path: memoryPath, key, choices: places(of) })
}

/** Each update has content of its own, so each makes a version. */
export function updateRequest(key: string, of: readonly Place[], bytes: number): Template {
  const body = `{"content":"${textOf(bytes)}"}`
  return template({ method: 'POST', path: memoryPath, key, body, choices: places(of) })
}

/** @param query with its "?" */
export function listRequest(key: string, stores: readonly string[], query: string): Template {
  const path = `/v1/memory_stores/<store>/memories${query}`
  return template({ method: 'GET', path, key, choices: { store: stores } })
}

export function versionsRequest(key: string, stores: readonly string[], query: string): Template {
  const path = `/v1/memory_stores/<store>/memory_versions${query}`
  return template({ method: 'GET', path, key, choices: { store: stores } })
}

const ownPath = '/palimpsest/v1/memory_stores/<store>'

/** @param query with its "?" */
export function listAsOfRequest(key: string, stores: readonly string[], query: string): Template {
  const path = `${ownPath}/memories${query}`
  return template({ method: 'GET', path, key, choices: { store: stores } })
}

export function getAsOfRequest(key: string, of: readonly Place[], atSeq: number): Template {
  const path = `${ownPath}/memory?memory_id=<memory>&at_seq=${atSeq}`
  return template({ method: 'GET', path, key, choices: places(of) })
}

interface ConditionalUpdate extends Place {
  readonly key: string
}

/** An update that applies only while the content has this hash, as text. */
export function updateText(
  { key, storeId, memoryId }: ConditionalUpdate,
  content: string,
  expected: string,
): string {
  const precondition = { type: 'content_sha256', content_sha256: expected }
  const body = JSON.stringify({ content, precondition })
  const path = `/v1/memory_stores/${storeId}/memories/${memoryId}`
  return Buffer.from(template({ method: 'POST', path, key, body }).bytes).toString()
}
