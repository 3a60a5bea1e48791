import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { eventually, openDoor, post } from './door.ts'
import { answersOf, exchange, readAll } from './raw.ts'

/** Who closes must not wait for these to run out: a test that did would run out of its own time. */
const patient = { closeMs: 600_000, headersMs: 600_000, idleMs: 600_000 }
const credentials = 'host: x\r\nx-api-key: admin-secret\r\n'

test('closing finishes what was accepted, says that it closes, and takes nothing new', async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const { promise: accepted, resolve: accept } = Promise.withResolvers<void>()
  const listWorkspaces = async () => {
    accept()
    await finished
    return []
  }
  const door = await openDoor({ api: () => ({ listWorkspaces }) })
  const socket = connect(door.port, '127.0.0.1')
  socket.write(`GET /palimpsest/v1/workspaces HTTP/1.1\r\n${credentials}\r\n`)
  await accepted
  const closed = door.http.close()
  const answer = readAll(socket)
  await expect(fetch(`${door.url}/healthz`)).rejects.toThrow()
  finish()
  const [first] = answersOf(await answer)
  expect(first?.status).toBe(200)
  expect(first?.head.toLowerCase()).toContain('connection: close')
  await closed
})

test('closing does not wait for kept, silent or half-open connections', async () => {
  const door = await openDoor({ limits: patient })
  await door.fetch('/healthz')
  const silent = connect(door.port, '127.0.0.1')
  const half = connect(door.port, '127.0.0.1')
  half.write('GET /healthz HTT')
  // They were there before, so the server has them when it answers this one.
  await Promise.all([silent, half].map((socket) => once(socket, 'connect')))
  await exchange(door.port, 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  await door.http.close()
  await Promise.all([readAll(silent), readAll(half)])
})

test('closing ends streams and waits', async () => {
  const door = await openDoor({ limits: patient })
  const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
  const { id } = (await created.json()) as { id: string }
  const changes = `/palimpsest/v1/memory_stores/${id}/changes`
  const stream = await door.fetch(changes, { headers: { accept: 'text/event-stream' } })
  const text = stream.text()
  const poll = door.fetch(`${changes}?after=1&wait_ms=60000`)
  await eventually(() => door.world.watchers.size).toBe(2)
  await door.http.close()
  expect(await text).toContain('event: store_created')
  expect((await poll).status).toBe(529)
})

test('closing waits a bounded time for a request that does not end', async () => {
  const { promise: accepted, resolve: accept } = Promise.withResolvers<void>()
  const listWorkspaces = () => {
    accept()
    return new Promise<never>(() => undefined)
  }
  const door = await openDoor({ limits: { closeMs: 200 }, api: () => ({ listWorkspaces }) })
  const socket = connect(door.port, '127.0.0.1')
  socket.write(`GET /palimpsest/v1/workspaces HTTP/1.1\r\n${credentials}\r\n`)
  await accepted
  await door.http.close()
  expect(await readAll(socket)).toBe('')
})

test('closing twice, or before listening, is no error', async () => {
  const door = await openDoor()
  await door.http.close()
  await door.http.close()
})

test('a port that is taken is an error of listen', async () => {
  await using door = await openDoor()
  await using other = await openDoor()
  await other.http.close()
  await expect(other.http.listen({ host: '127.0.0.1', port: door.port })).rejects.toThrow(
    /EADDRINUSE/,
  )
})
