import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eventually, openDoor, post } from './door.ts'
import { answersOf, readAll } from './raw.ts'

const credentials = 'host: x\r\nx-api-key: admin-secret\r\n'

test('closing finishes what was accepted, says that it closes, and takes nothing new', async () => {
  let finish: () => void = () => undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const door = await openDoor({
    api: () => ({ listWorkspaces: () => finished.then(() => []) }),
  })
  const socket = connect(door.port, '127.0.0.1')
  socket.write(`GET /palimpsest/v1/workspaces HTTP/1.1\r\n${credentials}\r\n`)
  await wait(100)
  const closed = door.http.close()
  const answer = readAll(socket)
  await wait(50)
  await expect(fetch(`${door.url}/healthz`)).rejects.toThrow()
  finish()
  const [first] = answersOf(await answer)
  expect(first?.status).toBe(200)
  expect(first?.head.toLowerCase()).toContain('connection: close')
  await closed
})

test('closing does not wait for kept, silent or half-open connections', async () => {
  const door = await openDoor()
  await door.fetch('/healthz')
  const silent = connect(door.port, '127.0.0.1')
  const half = connect(door.port, '127.0.0.1')
  half.write('GET /healthz HTT')
  await wait(50)
  const started = performance.now()
  await door.http.close()
  expect(performance.now() - started).toBeLessThan(4_000)
  await Promise.all([readAll(silent), readAll(half)])
})

test('closing ends streams and waits', async () => {
  const door = await openDoor()
  const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
  const { id } = (await created.json()) as { id: string }
  const changes = `/palimpsest/v1/memory_stores/${id}/changes`
  const stream = await door.fetch(changes, { headers: { accept: 'text/event-stream' } })
  const text = stream.text()
  const poll = door.fetch(`${changes}?after=1&wait_ms=60000`)
  await eventually(() => door.world.watchers.size).toBe(2)
  const started = performance.now()
  await door.http.close()
  expect(performance.now() - started).toBeLessThan(4_000)
  expect(await text).toContain('event: store_created')
  expect((await poll).status).toBe(529)
})

test('closing waits a bounded time for a request that does not end', async () => {
  const door = await openDoor({
    limits: { closeMs: 200 },
    api: () => ({ listWorkspaces: () => new Promise(() => undefined) }),
  })
  const socket = connect(door.port, '127.0.0.1')
  socket.write(`GET /palimpsest/v1/workspaces HTTP/1.1\r\n${credentials}\r\n`)
  await wait(100)
  const started = performance.now()
  await door.http.close()
  expect(performance.now() - started).toBeLessThan(5_000)
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
