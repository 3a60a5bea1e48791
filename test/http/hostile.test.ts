// What no client of ours would send: always refused with 4xx, never a 5xx, never a hang.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, openDoor, post, type TestDoor } from './door.ts'
import { answersOf, exchange, readAll } from './raw.ts'

const inHaste = { headersMs: 300, requestMs: 600 }

let door: TestDoor
let path = ''

beforeAll(async () => {
  door = await openDoor()
  const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
  const { id } = (await created.json()) as { id: string }
  path = `/v1/memory_stores/${id}/memories`
})

afterAll(async () => {
  const alive = await door.fetch('/healthz')
  expect(alive.status).toBe(200)
  expect(door.lines.filter(({ status }) => Number(status) >= 500)).toEqual([])
  await door[Symbol.asyncDispose]()
})

const credentials = 'host: x\r\nx-api-key: admin-secret\r\n'

function head(line: string, ...headers: string[]): string {
  return `${line} HTTP/1.1\r\n${credentials}${headers.map((text) => `${text}\r\n`).join('')}\r\n`
}

function bodied(body: string | Buffer, ...headers: string[]): (string | Buffer)[] {
  const length = `content-length: ${Buffer.byteLength(body)}`
  return [head(`POST ${path}`, length, 'connection: close', ...headers), body]
}

const deep = 10_000

test.each([
  ['arrays', `{"path":"/deep","content":${'['.repeat(deep)}${']'.repeat(deep)}}`],
  ['objects', `{"path":"/deep","x":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}`],
  ['open ones', `{"path":${'['.repeat(deep)}`],
  ['a million', `{"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
  ['with a surrogate', `{"x":${'['.repeat(deep)}"\\ud800"${']'.repeat(deep)}}`],
  ['in __proto__', `{"__proto__":${'{"__proto__":'.repeat(deep)}1${'}'.repeat(deep)}}`],
])('a body nested very deeply is refused: %s', async (_, body) => {
  const [answer] = await exchange(door.port, ...bodied(body))
  expect(answer?.status).toBe(400)
})

test('deep nesting is no danger where unknown fields are ignored either', async () => {
  await using open = await openDoor({ options: { ignoreUnknownFields: true } })
  const body = `{"name":"n","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const response = await open.fetch('/v1/memory_stores', { method: 'POST', body })
  expect(response.status).toBe(200)
})

test('__proto__ in a body is a field like any other and changes nothing', async () => {
  for (const body of [
    '{"name":"n","__proto__":{"polluted":true}}',
    '{"name":"n","constructor":{"prototype":{"polluted":true}}}',
  ]) {
    const response = await door.fetch('/v1/memory_stores', { method: 'POST', body })
    expect(response.status).toBe(400)
  }
  const metadata = '{"name":"n","metadata":{"__proto__":"x","constructor":"y"}}'
  const stored = await door.fetch('/v1/memory_stores', { method: 'POST', body: metadata })
  expect(await stored.text()).toContain('"metadata":{"__proto__":"x","constructor":"y"}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

const large = Buffer.alloc(3_145_728, ' ')

test('[R-2.8-3] 3 MiB are 413 at once, and the answer arrives', async () => {
  const [announced] = await exchange(door.port, ...bodied(large))
  expect(announced?.status).toBe(413)
  expect(announced?.head.toLowerCase()).toContain('connection: close')
  const chunk = `${large.length.toString(16)}\r\n`
  const [chunked] = await exchange(
    door.port,
    head(`POST ${path}`, 'transfer-encoding: chunked', 'connection: close'),
    chunk,
    large,
    '\r\n0\r\n\r\n',
  )
  expect(chunked?.status).toBe(413)
  expect(JSON.parse(chunked?.body ?? '')).toMatchObject({ error: { type: 'request_too_large' } })
})

test('a stranger with 3 MiB hears 401, and an announced terabyte is not waited for', async () => {
  const [stranger] = await exchange(
    door.port,
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${large.length}\r\n\r\n`,
    large,
  )
  expect(stranger?.status).toBe(401)
  const [terabyte] = await exchange(
    door.port,
    head(`POST ${path}`, 'content-length: 1000000000000'),
  )
  expect(terabyte?.status).toBe(413)
})

test('who waits for "100 Continue" is refused before the body, or told to go on', async () => {
  const expecting = ['expect: 100-continue', 'connection: close']
  const [refused] = await exchange(
    door.port,
    head(`POST ${path}`, 'content-length: 3000000', ...expecting),
  )
  expect(refused?.status).toBe(413)
  const body = '{"path":"/continued","content":""}'
  const socket = connect(door.port, '127.0.0.1')
  socket.write(head(`POST ${path}`, `content-length: ${body.length}`, ...expecting))
  socket.once('data', () => socket.write(body))
  expect(answersOf(await readAll(socket)).map(({ status }) => status)).toEqual([100, 200])
})

test.each([
  ['%2e%2e', '/v1/memory_stores/%2e%2e/%2e%2e/etc/passwd'],
  ['dots', '/v1/memory_stores/../../etc/passwd'],
  ['double slashes', '//v1//memory_stores'],
  ['encoded slashes', '/v1%2Fmemory_stores'],
  ['a backslash', '/v1\\memory_stores'],
  ['bad encoding', '/v1/memory_stores/%zz'],
  ['half an encoding', '/v1/memory_stores/%'],
  ['no UTF-8', '/v1/memory_stores/%ff%fe'],
  ['an encoded NUL', '/v1/memory_stores/%00'],
  ['a fragment', '/v1/memory_stores/#x'],
  ['an endless id', `/v1/memory_stores/${'x'.repeat(10_000)}`],
  ['percent upon percent', `/v1/memory_stores/${'%25'.repeat(3_000)}`],
  ['an asterisk', '*'],
  ['another host', 'http://elsewhere.example/v1/nothing'],
])('a path of tricks is 404: %s', async (_, target) => {
  const [answer] = await exchange(door.port, head(`GET ${target}`, 'connection: close'))
  expect(answer?.status).toBe(404)
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { type: 'not_found_error' } })
})

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['TLS', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), 400],
  ['a raw NUL in the path', head('GET /v1/memory_stores/\0'), 400],
  ['a huge header', head('GET /healthz', `x: ${'a'.repeat(20_000)}`), 431],
  [
    'many headers',
    head('GET /healthz', ...Array.from({ length: 3_000 }, (_, i) => `x${i}: a`)),
    431,
  ],
  ['a huge path', head(`GET /${'a'.repeat(20_000)}`), 431],
  ['no host', 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['a bad header name', head('GET /healthz', 'b@d name: x'), 400],
  ['a negative length', head('POST /v1/memory_stores', 'content-length: -1'), 400],
  ['two lengths', head('POST /v1/memory_stores', 'content-length: 1', 'content-length: 2'), 400],
  [
    'length and chunks',
    head('POST /v1/memory_stores', 'content-length: 3', 'transfer-encoding: chunked'),
    400,
  ],
  ['a target that is a word', head('GET memory_stores'), 400],
  ['an unknown method', head('BREW /v1/memory_stores'), 400],
])('what is not HTTP gets an answer and is cut off: %s', async (_, bytes, status) => {
  const [answer] = await exchange(door.port, bytes)
  expect(answer?.status).toBe(status)
  expect(answer?.head).toMatch(/request-id: req_01/)
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ type: 'error' })
})

test('a broken chunk in the middle of a body is 400', async () => {
  const [answer] = await exchange(
    door.port,
    head(`POST ${path}`, 'transfer-encoding: chunked'),
    '5\r\n{"pat',
    'zz\r\nnonsense\r\n',
  )
  expect(answer?.status).toBe(400)
})

test('requests in one packet are answered in their order', async () => {
  const one = head('GET /v1/memory_stores')
  const bad = head('GET /v1/nothing')
  const answers = await exchange(
    door.port,
    one.repeat(20) + bad + head('GET /healthz', 'connection: close'),
  )
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(20).fill(200), 404, 200])
})

test('who sends nothing, half a head or half a body loses the connection', async () => {
  await using hasty = await openDoor({ limits: inHaste })
  const halves = [
    '',
    'GET /healthz HTT',
    `GET /healthz HTTP/1.1\r\n${credentials}x: `,
    head(`POST ${path}`, 'content-length: 100') + '{"path":',
  ]
  const answers = await Promise.all(halves.map((half) => exchange(hasty.port, half)))
  expect(answers.map(([answer]) => answer?.status)).toEqual([408, 408, 408, 408])
})

test('a byte at a time does not buy more time', async () => {
  await using hasty = await openDoor({ limits: inHaste })
  const socket = connect(hasty.port, '127.0.0.1')
  socket.write('GET /')
  const over = new AbortController()
  const answer = readAll(socket).finally(() => over.abort())
  while (!over.signal.aborted) {
    await wait(50)
    // Behind the phase of the loop that reads: who writes to a connection that the other end has
    // closed loses the answer that is not read yet.
    await nextTurn()
    if (socket.writable) socket.write('x')
  }
  expect(answersOf(await answer)[0]?.status).toBe(408)
})

test('a client that leaves in the middle of its body does no harm', async () => {
  const before = door.lines.length
  const socket = connect(door.port, '127.0.0.1')
  socket.write(head(`POST ${path}`, 'content-length: 100\r\nexpect: 100-continue') + '{"path":')
  await once(socket, 'data') // the server reads the body
  socket.destroy()
  await eventually(() => door.lines.length).toBeGreaterThan(before)
  expect(door.lines.at(-1)).toMatchObject({ operation: 'createMemory', status: 499 })
})

test('a client that does not take its answer loses the connection', async () => {
  await using slow = await openDoor({
    limits: { takeMs: 200 },
    api: () => ({ listWorkspaces: async () => hugeList() }),
  })
  const socket = connect(slow.port, '127.0.0.1')
  socket.write(head('GET /palimpsest/v1/workspaces'))
  socket.pause()
  await eventually(() => slow.lines.length).toBe(1)
  await wait(600)
  const closed = new Promise((resolve) => {
    socket.on('error', resolve)
    socket.on('close', resolve)
  })
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  socket.resume()
  await closed
  expect(bytes).toBeLessThan(20_000_000)
})

function hugeList() {
  const id = 'wrkspc_01' as never
  return Array.from({ length: 20_000 }, () => ({ id, name: 'x'.repeat(1_000), createdAt: 0 }))
}

test('more connections than allowed are closed, and the others go on', async () => {
  await using full = await openDoor({ limits: { connectionsMax: 3 } })
  const sockets = Array.from({ length: 3 }, () => connect(full.port, '127.0.0.1'))
  for (const socket of sockets) socket.write(head('GET /healthz'))
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve))))
  const extra = connect(full.port, '127.0.0.1')
  expect(await readAll(extra)).toBe('')
  for (const socket of sockets) socket.destroy()
})
