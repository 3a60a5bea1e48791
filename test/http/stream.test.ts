// The change feed over HTTP: pages, waits and server-sent events.
import { request, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { defaultHttpLimits } from '../../src/http/limits.ts'
import { eventually, openDoor, post, type TestDoor } from './door.ts'

interface Stream {
  readonly response: IncomingMessage
  readonly text: () => string
  readonly ended: Promise<void>
}

function open(door: TestDoor, path: string, headers: Record<string, string> = {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const outgoing = request(door.url + path, {
      headers: { 'x-api-key': 'admin-secret', accept: 'text/event-stream', ...headers },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      const ended = new Promise<void>((done) => response.on('close', () => done()))
      response.on('error', () => undefined)
      resolve({ response, text: () => text, ended })
    })
    outgoing.end()
  })
}

async function makeStore(door: TestDoor): Promise<{ memories: string; changes: string }> {
  const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
  const { id } = (await created.json()) as { id: string }
  return {
    memories: `/v1/memory_stores/${id}/memories`,
    changes: `/palimpsest/v1/memory_stores/${id}/changes`,
  }
}

test('changes come as events with kind, sequence and data, old ones first', async () => {
  await using door = await openDoor()
  const { memories, changes } = await makeStore(door)
  await door.fetch(memories, post({ path: '/a', content: 'x' }))
  const stream = await open(door, changes)
  expect(stream.response.statusCode).toBe(200)
  expect(stream.response.headers['content-type']).toBe('text/event-stream')
  expect(stream.response.headers['request-id']).toMatch(/^req_01/)
  await eventually(stream.text).toContain('event: created\nid: 2\ndata: {"seq":2,')
  await door.fetch(memories, post({ path: '/b', content: 'x' }))
  await eventually(stream.text).toContain('event: created\nid: 3\n')
  expect(stream.text()).toContain('event: store_created\nid: 1\n')
  for (const line of stream.text().split('\n')) {
    if (line.startsWith('data: ')) {
      expect(JSON.parse(line.slice(6))).toHaveProperty('type', 'memory_store_change')
    }
  }
  stream.response.destroy()
})

test('a stream goes on after a sequence, and the one a browser saw last counts more', async () => {
  await using door = await openDoor()
  const { memories, changes } = await makeStore(door)
  for (const path of ['/a', '/b', '/c']) await door.fetch(memories, post({ path, content: '' }))
  const after = await open(door, `${changes}?after=2`)
  await eventually(after.text).toContain('id: 4\n')
  expect(after.text()).not.toContain('id: 2\n')
  const resumed = await open(door, `${changes}?after=1`, { 'last-event-id': '3' })
  await eventually(resumed.text).toContain('id: 4\n')
  expect(resumed.text()).not.toContain('id: 3\n')
  after.response.destroy()
  resumed.response.destroy()
})

test.each([
  ['/palimpsest/v1/memory_stores/memstore_01none/changes', {}, 404],
  ['?after=x', {}, 400],
  ['', { 'last-event-id': 'abc' }, 400],
  ['', { 'x-api-key': 'nobody' }, 401],
])('a stream that cannot begin is refused with a status: %s %j', async (path, headers, status) => {
  await using door = await openDoor()
  const { changes } = await makeStore(door)
  const stream = await open(door, path.startsWith('/') ? path : changes + path, headers)
  expect(stream.response.statusCode).toBe(status)
  await stream.ended
  expect(JSON.parse(stream.text())).toMatchObject({ type: 'error' })
})

test('silence is broken by heartbeats', async () => {
  await using door = await openDoor({ limits: { heartbeatMs: 50, recheckMs: 20 } })
  const { changes } = await makeStore(door)
  const stream = await open(door, changes)
  await eventually(() => stream.text().split(': heartbeat\n\n').length).toBeGreaterThan(3)
  stream.response.destroy()
})

test('revoking a key ends its streams and waits, and is looked for four times a second', async () => {
  expect(defaultHttpLimits.recheckMs).toBe(250)
  await using door = await openDoor()
  const { changes } = await makeStore(door)
  const stream = await open(door, changes, { 'x-api-key': 'reader-secret' })
  const polling = door.fetch(`${changes}?after=1&wait_ms=60000`, {
    headers: { 'x-api-key': 'reader-secret' },
  })
  const other = await open(door, changes)
  await eventually(() => door.world.watchers.size).toBe(3)
  door.keys.delete('reader-secret')
  await stream.ended
  const poll = await polling
  expect(stream.text()).toContain('event: error\ndata: {"type":"error"')
  expect(stream.text()).toContain('authentication_error')
  expect(poll.status).toBe(401)
  await wait(600)
  expect(other.response.complete).toBe(false)
  other.response.destroy()
})

test('a stream whose credential cannot be checked ends, and says so', async () => {
  let isDown = false
  await using door = await openDoor({
    options: {
      authenticate: async () => {
        if (isDown) throw new Error('no database')
        return door.keys.get('admin-secret')
      },
    },
  })
  const { changes } = await makeStore(door)
  const stream = await open(door, changes)
  isDown = true
  await stream.ended
  expect(stream.text()).toContain('overloaded_error')
})

test('a page waits for the next change, as long as it was told to', async () => {
  await using door = await openDoor()
  const { memories, changes } = await makeStore(door)
  const quick = await door.fetch(`${changes}?after=1`)
  expect(await quick.json()).toEqual({ data: [], seq: 1 })
  const waiting = door.fetch(`${changes}?after=1&wait_ms=30000`)
  await eventually(() => door.world.watchers.size).toBe(1)
  await door.fetch(memories, post({ path: '/a', content: '' }))
  expect(await (await waiting).json()).toMatchObject({ data: [{ seq: 2 }], seq: 2 })
  const started = performance.now()
  expect(await (await door.fetch(`${changes}?after=2&wait_ms=100`)).json()).toMatchObject({
    seq: 2,
  })
  expect(performance.now() - started).toBeGreaterThan(90)
})

test('a client that leaves lets go of the feed', async () => {
  await using door = await openDoor()
  const { changes } = await makeStore(door)
  const stream = await open(door, changes)
  const polling = new AbortController()
  const poll = door.fetch(`${changes}?after=1&wait_ms=60000`, { signal: polling.signal })
  await eventually(() => door.world.watchers.size).toBe(2)
  stream.response.destroy()
  polling.abort()
  await expect(poll).rejects.toThrow()
  await eventually(() => door.world.watchers.size).toBe(0)
  await eventually(() => door.lines.at(-1)).toMatchObject({ operation: expect.any(String) })
})

test('a feed waits for a client that does not read, which is cut off', async () => {
  let given = 0
  await using door = await openDoor({
    limits: { takeMs: 300 },
    api: (caller) => ({
      watchChanges: async function* ({ signal }) {
        while (!signal.aborted) {
          given += 1
          yield {
            storeId: 'memstore_01' as never,
            seq: given,
            kind: 'created',
            at: 0,
            actor: caller.actor,
            door: 'http',
            requestId: caller.requestId,
            memoryId: undefined,
            versionId: undefined,
            path: `/${'x'.repeat(1_000)}` as never,
            previousPath: undefined,
            sha256: undefined,
            sizeBytes: undefined,
          }
        }
      },
    }),
  })
  const { changes } = await makeStore(door)
  const stream = await new Promise<IncomingMessage>((resolve) => {
    const headers = { 'x-api-key': 'admin-secret', accept: 'text/event-stream' }
    request(door.url + changes, { headers }, resolve).end()
  })
  stream.on('error', () => undefined)
  await eventually(
    () => door.lines.filter(({ operation }) => operation === 'watchChanges').length,
  ).toBe(1)
  // What the kernel keeps for a connection, and no more: a feed that were not held would never end.
  expect(given).toBeGreaterThan(10)
  expect(given).toBeLessThan(32_000)
  stream.destroy()
})
