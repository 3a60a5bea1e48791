// Many requests in one packet, and nobody who reads the answers.
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readAll } from '../http/raw.ts'
import type { TestServer } from '../support/server.ts'
import { newTarget, openOnSqlite, portOf } from './installation.ts'

function open(server: TestServer): Socket {
  const socket = connect(portOf(server), '127.0.0.1')
  socket.on('error', () => undefined)
  return socket
}

function head(server: TestServer, line: string, ...headers: readonly string[]): string {
  const lines = [`${line} HTTP/1.1`, 'host: x', `x-api-key: ${server.operatorSecret}`, ...headers]
  return `${lines.join('\r\n')}\r\n\r\n`
}

test('a read in the same packet as a write sees the write', async () => {
  await using server = await openOnSqlite()
  const { storeId } = await newTarget(server)
  const memories = `/v1/memory_stores/${storeId}/memories`
  const parts: string[] = []
  for (let index = 0; index < 20; index += 1) {
    const body = JSON.stringify({ path: `/m${index}`, content: 'x' })
    parts.push(head(server, `POST ${memories}`, `content-length: ${body.length}`) + body)
  }
  const socket = open(server)
  const last = head(server, `GET ${memories}?limit=100`, 'connection: close')
  socket.write(parts.join('') + last)
  const text = await readAll(socket)
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(21)
  const listing = text.slice(text.lastIndexOf('\r\n\r\n'))
  expect(listing.match(/"path":"\/m\d+"/g)).toHaveLength(20)
})

test('answers that nobody takes do not pile up behind one connection', async () => {
  await using server = await openOnSqlite()
  const { storeId, post } = await newTarget(server)
  // Each byte is six in JSON: the listing has 12 MB.
  const content = '\u0001'.repeat(102_400)
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => post('/memories', { path: `/m${index}`, content })),
  )
  const socket = open(server)
  socket.pause()
  socket.write(head(server, `GET /v1/memory_stores/${storeId}/memories?view=full`).repeat(100))
  await wait(1_000)
  const { text } = await server.request('/metrics')
  const listed = /http_requests_total\{operation="listMemories",status="200"\} (\d+)/.exec(text)
  expect(Number(listed?.[1] ?? 0)).toBeLessThan(5)
  socket.destroy()
})

test('HEAD of a change feed is answered, and opens no stream', async () => {
  await using server = await openOnSqlite()
  const { storeId } = await newTarget(server)
  const changes = `HEAD /palimpsest/v1/memory_stores/${storeId}/changes`
  const socket = open(server)
  socket.write(head(server, changes, 'accept: text/event-stream', 'connection: close'))
  expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 /)
})
