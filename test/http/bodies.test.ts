import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDoor, post, type TestDoor } from './door.ts'

let door: TestDoor
let memories = ''
let store = ''

beforeAll(async () => {
  door = await openDoor()
  const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
  const { id } = (await created.json()) as { id: string }
  store = `/v1/memory_stores/${id}`
  memories = `${store}/memories`
})

afterAll(() => door[Symbol.asyncDispose]())

async function messageOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { type: string; message: string } }
  expect([response.status, error.type]).toEqual([400, 'invalid_request_error'])
  return error.message
}

function send(path: string, body: RequestInit['body'], headers: Record<string, string> = {}) {
  return door.fetch(path, { method: 'POST', body: body ?? null, headers })
}

test.each([
  ['', 'body: must be a JSON object'],
  ['{', 'body: must be valid JSON'],
  ['{"path":"/a","content":""}x', 'body: must be valid JSON'],
  ["{'path':'/a'}", 'body: must be valid JSON'],
  ['{"path":"/a",}', 'body: must be valid JSON'],
  ['NaN', 'body: must be valid JSON'],
  ['[]', 'body: must be a JSON object'],
  ['null', 'body: must be a JSON object'],
  ['"text"', 'body: must be a JSON object'],
  ['5', 'body: must be a JSON object'],
  ['{}', 'path: is required'],
  ['{"path":"/a"}', 'content: is required'],
  ['{"path":"/a","content":null}', 'content: must be a string'],
  ['{"path":5,"content":""}', 'path: must be a string'],
  ['{"path":"/a","content":{}}', 'content: must be a string'],
  ['{"path":"/a","content":"","__proto__":{}}', '__proto__: is not a known field'],
  ['{"path":"/a","content":"","constructor":1}', 'constructor: is not a known field'],
  [
    '{"path":"/a","content":"","precondition":{"type":"not_exists"}}',
    'precondition: is not a known field',
  ],
])('[R-2.8-1] [R-2.8-4] %s is refused: %s', async (body, message) => {
  expect(await messageOf(await send(memories, body))).toBe(message)
})

test.each([
  [{ precondition: { type: 'content_sha256' } }, 'precondition.content_sha256: is required'],
  [
    { precondition: { type: 'not_exists', content_sha256: 'a'.repeat(64) } },
    'precondition.type: must be "content_sha256"',
  ],
  [
    { precondition: { type: 'content_sha256', content_sha256: 'A'.repeat(64) } },
    'precondition.content_sha256: must be 64 lowercase hexadecimal digits (a SHA-256)',
  ],
  [
    { precondition: { type: 'content_sha256', content_sha256: 'a'.repeat(64), more: 1 } },
    'precondition.more: is not a known field',
  ],
  [{ precondition: [] }, 'precondition: must be an object or null'],
  [{ content: 5 }, 'content: must be a string or null'],
])('[R-7.5-9] an update with %j is refused: %s', async (body, message) => {
  expect(await messageOf(await door.fetch(`${memories}/mem_x`, post(body)))).toBe(message)
})

test.each([
  [{ name: 'n', metadata: { a: 1 } }, 'metadata.a: must be a string'],
  [{ name: 'n', metadata: { a: null } }, 'metadata.a: must be a string'],
  [{ name: 'n', metadata: { 'a/b~c': true } }, 'metadata.a/b~c: must be a string'],
  [{ name: 'n', metadata: [] }, 'metadata: must be an object or null'],
  [{ name: null }, 'name: must be a string'],
  [{ name: 'n', ['x'.repeat(5_000)]: 1 }, `${'x'.repeat(100)}: is not a known field`],
])('[R-6.2-2] [R-2.8-4] creating a store with %j is refused', async (body, message) => {
  expect(await messageOf(await door.fetch('/v1/memory_stores', post(body)))).toBe(message)
})

test.each([
  [{ operations: [] }, 'operations: must have at least 1 items'],
  [{ operations: [{}] }, 'operations.0.type: is required'],
  [{ operations: [{ type: 'erase' }] }, 'operations.0.type: is not one of the known types'],
  [{ operations: [{ type: 'move', from: '/a/' }] }, 'operations.0.to: is required'],
  [
    { operations: [{ type: 'delete', target: {}, path: '/a' }] },
    'operations.0.path: is not a known field',
  ],
  [{ operations: 'all' }, 'operations: must be an array'],
])('a batch of %j is refused: %s', async (body, message) => {
  expect(await messageOf(await door.fetch(`/palimpsest${store}/batch`, post(body)))).toBe(message)
})

test('[R-2.1-3] archive takes no body, an empty one or {}, and refuses one with fields', async () => {
  for (const body of [undefined, '', '{}', ' { } ']) {
    expect((await send(`${store}/archive`, body)).status).toBe(200)
  }
  expect(await messageOf(await send(`${store}/archive`, '{"a":1}'))).toBe('a: is not a known field')
  expect(await messageOf(await send(`${store}/archive`, '[]'))).toBe('body: must be a JSON object')
})

test('[R-2.8-4] unknown fields are ignored where that is set, known ones still checked', async () => {
  await using open = await openDoor({ options: { ignoreUnknownFields: true } })
  const created = await open.fetch('/v1/memory_stores', post({ name: 'n', more: { deep: [1] } }))
  expect(created.status).toBe(200)
  const wrong = await open.fetch('/v1/memory_stores', post({ name: 5, more: 1 }))
  expect(wrong.status).toBe(400)
  const metadata = await open.fetch('/v1/memory_stores', post({ name: 'n', metadata: { a: 1 } }))
  expect(metadata.status).toBe(400)
})

const valid = '{"path":"/valid","content":"ok"}'

test.each([
  ['application/json; charset=iso-8859-1'],
  ['application/json; charset="UTF-16"'],
  ['application/json;charset=latin1'],
])('[R-2.8-2] the charset of %s is refused', async (type) => {
  expect(await messageOf(await send(memories, valid, { 'content-type': type }))).toMatch(
    /^content-type: /,
  )
})

test.each(['gzip', 'br', 'x-unknown', 'identity, gzip'])(
  '[R-2.8-2] content-encoding %s is refused',
  async (encoding) => {
    const response = await send(memories, valid, { 'content-encoding': encoding })
    expect(await messageOf(response)).toMatch(/^content-encoding: /)
  },
)

test.each([
  ['application/json'],
  ['application/json; charset=utf-8'],
  ['application/json;Charset="UTF-8"'],
  ['text/plain'],
  ['application/x-www-form-urlencoded'],
])('a JSON body is taken as %s', async (type) => {
  const body = JSON.stringify({ path: `/types/${encodeURIComponent(type)}`, content: 'ok' })
  expect((await send(memories, body, { 'content-type': type })).status).toBe(200)
})

test('[R-2.8-6] bytes that are no UTF-8 are refused', async () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80]]) {
    const body = Buffer.concat([
      Buffer.from('{"path":"/bytes","content":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ])
    expect(await messageOf(await send(memories, body))).toBe('body: must be valid UTF-8')
  }
})

test.each([
  [String.raw`{"path":"/s","content":"\ud800"}`],
  [String.raw`{"path":"/s","content":"\uDFFF"}`],
  [String.raw`{"path":"/s","content":"ok","x\udc00":1}`],
  [String.raw`{"path":"/\ud800","content":"ok"}`],
  [String.raw`{"path":"/s","content":"ok","x":[[{"y":"\ud800"}]]}`],
])('[R-2.8-6] a lone surrogate is refused: %s', async (body) => {
  expect(await messageOf(await send(memories, body))).toBe(
    'body: must be valid Unicode (a string has a lone surrogate)',
  )
})

test('escaped pairs, byte order marks and NUL in content are text like any other', async () => {
  const body = String.raw`{"path":"/pair","content":"\ud83d\ude00 \\ud800 \u0000"}`
  const response = await send(`${memories}?view=full`, `\ufeff${body}`)
  expect(await response.json()).toMatchObject({ content: '😀 \\ud800 \0' })
})

test('[R-2.8-3] the largest content fits in any escape; a body above 2 MiB is 413', async () => {
  const content = String.raw`\u0041`.repeat(102_400)
  const response = await send(memories, `{"path":"/large","content":"${content}"}`)
  expect(await response.json()).toMatchObject({ content_size_bytes: 102_400 })
  const allowed = `{"path":"/p","content":1}`.padEnd(2_097_152, ' ')
  expect((await send(memories, allowed)).status).toBe(400)
  const above = await send(memories, `${allowed} `)
  expect(above.status).toBe(413)
  expect(await above.json()).toMatchObject({ error: { type: 'request_too_large' } })
})
