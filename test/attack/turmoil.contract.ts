// Everything at once on one small tree of paths, and afterwards every invariant.
import { setTimeout as wait } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Json } from '../support/server.ts'
import { newTarget, type OpenServer, type Target } from './installation.ts'

const names = ['/a', '/a/b', '/a/b/c', '/a-b', '/d', '/d/e', '/f/g/h', '/f/g']
const directories = ['/', '/a/', '/a/b/', '/d/', '/f/', '/f/g/', '/z/']
const pick = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)]!

async function listAll({ get }: Target, path: string): Promise<Json[]> {
  const all: Json[] = []
  const mark = path.includes('?') ? '&' : '?'
  for (let page = ''; ;) {
    const { json } = await get(`${path}${mark}page=${page}`)
    all.push(...json.data)
    if (json.next_page === null) return all
    page = encodeURIComponent(json.next_page)
  }
}

async function oneWrite(target: Target, known: string[]): Promise<number> {
  const { post, own, server, storeId } = target
  const content = String(Math.random())
  const memory = `/memories/${known.length === 0 ? 'mem_none' : pick(known)}`
  switch (Math.floor(Math.random() * 7)) {
    case 0:
    case 1: {
      const made = await post('/memories', { path: pick(names), content })
      if (made.status === 200) known.push(made.json.id)
      return made.status
    }
    case 2:
      return (await post(memory, { content })).status
    case 3:
      return (await post(memory, { path: pick(names) })).status
    case 4: {
      const url = `/v1/memory_stores/${storeId}${memory}`
      return (await server.request(url, { method: 'DELETE' })).status
    }
    case 5: {
      const move = { type: 'move', from: pick(directories), to: pick(directories) }
      return (await own('/batch', { operations: [move, { ...move, from: move.to, to: '/y/' }] }))
        .status
    }
    default: {
      const { json } = await target.get('/memory_versions?limit=100')
      const version = json.data.length === 0 ? { id: 'memver_none' } : pick<Json>(json.data)
      return (await post(`/memory_versions/${version.id}/redact`, {})).status
    }
  }
}

/** The feed as a stream, until it was told to end. */
function follow({ server, storeId }: Target) {
  const changes: Json[] = []
  const controller = new AbortController()
  const ended = (async () => {
    const url = `${server.url}/palimpsest/v1/memory_stores/${storeId}/changes`
    const headers = { 'x-api-key': server.operatorSecret, accept: 'text/event-stream' }
    const response = await fetch(url, { headers, signal: controller.signal })
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data !== undefined) changes.push(JSON.parse(data))
      }
    }
  })().catch(() => undefined)
  return { changes, ended, end: () => controller.abort() }
}

export function turmoil(engine: string, open: OpenServer): void {
  describe(`turmoil on ${engine}`, () => {
    test('writers of every kind at once break no invariant, and the feed tells it all', async () => {
      await using server = await open()
      const target = await newTarget(server)
      const stream = follow(target)
      const known: string[] = []
      const statuses = new Set<number>()
      const writer = async () => {
        for (let round = 0; round < 25; round += 1) statuses.add(await oneWrite(target, known))
      }
      await Promise.all(Array.from({ length: 12 }, writer))
      expect([...statuses].filter((status) => ![200, 400, 404, 409].includes(status))).toEqual([])
      expect(statuses).toContain(200)
      const usage = (await target.own('/usage')).json
      await expect.poll(() => stream.changes.at(-1)?.seq).toBe(usage.seq)
      await wait(50)
      stream.end()
      await stream.ended
      await checkTree(target, usage)
      await checkHistory(target, { usage, changes: stream.changes })
    })
  })
}

async function checkTree(target: Target, usage: Json): Promise<void> {
  const memories = await listAll(target, '/memories?view=full')
  const paths: string[] = memories.map(({ path }) => path)
  expect(paths).toEqual([...new Set(paths)].sort())
  const overlapping = paths.filter((path) => paths.some((other) => other.startsWith(`${path}/`)))
  expect(overlapping).toEqual([])
  expect(usage.memories).toBe(memories.length)
  let bytes = 0
  for (const { content, content_sha256: hash, content_size_bytes: size } of memories) {
    expect(createHash('sha256').update(content).digest('hex')).toBe(hash)
    bytes += size
  }
  expect(usage.content_size_bytes).toBe(bytes)
}

async function checkHistory(
  target: Target,
  { usage, changes }: { readonly usage: Json; readonly changes: readonly Json[] },
): Promise<void> {
  expect(changes.map(({ seq }) => seq)).toEqual(
    Array.from({ length: usage.seq }, (_, index) => index + 1),
  )
  const versions = await listAll(target, '/memory_versions?limit=100')
  const written = changes.filter(({ kind }) => ['created', 'modified', 'deleted'].includes(kind))
  expect(versions.map(({ id }) => id)).toEqual(
    written.map(({ memory_version_id: id }) => id).reverse(),
  )
  expect(usage.versions).toBe(versions.length)
  const live = new Map<string, string>()
  for (const { kind, memory_id: memory, memory_version_id: version } of written) {
    if (kind === 'deleted') live.delete(memory)
    else live.set(memory, version)
  }
  const memories = await listAll(target, '/memories?limit=100')
  expect(new Map(memories.map(({ id, memory_version_id: head }) => [id, head]))).toEqual(live)
}
