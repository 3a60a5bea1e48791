// Undoing that takes long to decide, beside others who write: they do not wait for it, and what it
// writes is right all the same.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Json } from '../support/server.ts'
import { newTarget, openOnSqlite, type Target } from './installation.ts'

/** Two letters in any order are the most that there is to compare. */
function anyLines(seed: number): string {
  let state = seed
  const lines = Array.from({ length: 40_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state > 1_073_741_824 ? 'a\n' : 'b\n'
  })
  return lines.join('')
}

async function keyOf({ server }: Target) {
  const body = { name: 'x', role: 'read_write' }
  return (await server.request('/palimpsest/v1/keys', { method: 'POST', body })).json
}

/** Memories that a key wrote and others wrote again, each of which takes long to tell apart. */
async function tangle(target: Target, count: number): Promise<string> {
  const { post, server, storeId } = target
  const { id, secret } = await keyOf(target)
  for (let index = 0; index < count; index += 1) {
    const memory = (await post('/memories', { path: `/m${index}`, content: anyLines(index) })).json
    const url = `/v1/memory_stores/${storeId}/memories/${memory.id}`
    const content = anyLines(index + 1_000)
    await server.request(url, { method: 'POST', secret, body: { content } })
    await post(`/memories/${memory.id}`, { content: anyLines(index + 2_000) })
  }
  return id
}

test('who writes elsewhere waits for no comparison of lines', async () => {
  await using server = await openOnSqlite()
  const target = await newTarget(server)
  const apiKeyId = await tangle(target, 10)
  const other = await newTarget(server)
  const reverting = new AbortController()
  let written = 0
  const writing = (async () => {
    for (; !reverting.signal.aborted; written += 1) {
      const wish = { path: `/w${written}`, content: '' }
      expect((await other.post('/memories', wish)).status).toBe(200)
    }
  })()
  const { status, json } = await target.own('/revert', { api_key_id: apiKeyId })
  reverting.abort()
  await writing
  expect(status).toBe(200)
  expect(json.conflicts).toHaveLength(10)
  // A revert that held the writer would let through what came before it, and one behind it.
  expect(written).toBeGreaterThan(10)
}, 180_000)

test('who writes to the same store is not lost, and is told of', async () => {
  await using server = await openOnSqlite()
  const target = await newTarget(server)
  const { own, post } = target
  const apiKeyId = await tangle(target, 4)
  const { secret } = await keyOf(target)
  const [clean] = [(await post('/memories', { path: '/clean', content: 'one\n' })).json]
  const url = `/v1/memory_stores/${target.storeId}/memories/${clean.id}`
  await server.request(url, { method: 'POST', secret, body: { content: 'two\n' } })
  const planned = (await own('/revert', { api_key_id: apiKeyId, dry_run: true })).json
  const stale = own('/revert', { api_key_id: apiKeyId, expected_seq: planned.seq })
  const written = await post('/memories', { path: '/between', content: 'kept\n' })
  expect(written.status).toBe(200)
  expect((await stale).status).toBe(409)
  const reverting = own('/revert', { api_key_id: apiKeyId })
  const paths = ['/p1', '/p2', '/p3', '/p4', '/p5', '/p6']
  for (const path of paths) {
    expect((await post('/memories', { path, content: path })).status).toBe(200)
    await sleep(100)
  }
  expect((await reverting).json.conflicts).toHaveLength(4)
  const { data } = (await target.get('/memories?limit=100')).json
  const there = data.map(({ path }: Json) => path)
  expect(there).toEqual(expect.arrayContaining(['/between', ...paths]))
}, 180_000)

test('a large restore that was decided beside is the state of then', async () => {
  await using server = await openOnSqlite()
  const target = await newTarget(server)
  const { own } = target
  const operations = (from: number) =>
    Array.from({ length: 1_000 }, (_none, index) => ({
      type: 'create',
      path: `/d${index % 7}/f${from + index}`,
      content: `${index % 11}`,
    }))
  for (const from of [0, 1_000]) await own('/batch', { operations: operations(from) })
  const { seq } = (await own('/usage')).json
  const states = async (moment: number) => {
    const { json } = await own(`/memories?at_seq=${moment}&limit=100&path_prefix=/q/d3/`)
    return json.data.map((item: Json) => [item.path, item.id, item.content_sha256])
  }
  await own('/batch', { operations: [{ type: 'move', from: '/', to: '/q/' }] })
  await own('/batch', { operations: [{ type: 'move', from: '/q/d1/', to: '/d1/' }] })
  const moved = (await own('/usage')).json.seq
  const then = await states(moved)
  const back = await own('/restore', { at_seq: seq })
  expect([back.status, back.json.changes.length]).toEqual([200, 1_714])
  expect(await states(back.json.seq)).toEqual([])
  const again = await own('/restore', { at_seq: moved })
  expect([again.status, again.json.changes.length]).toEqual([200, 1_714])
  expect(await states(again.json.seq)).toEqual(then)
  expect((await own('/restore', { at_seq: moved })).json).toMatchObject({ changes: [] })
})
