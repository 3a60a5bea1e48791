// Restores and reverts among many writers, and at the edge of every limit of a store.
import { describe, expect, test } from 'vitest'
import type { Answer, Json } from '../support/server.ts'
import { newTarget, type OpenServer, type Target } from './installation.ts'

const memories = Array.from({ length: 30 }, (_none, index) => `/m${index}`)

interface Race {
  readonly target: Target
  /** Where the store stood before it. */
  readonly base: number
  readonly ids: readonly string[]
  readonly keyId: string
}

/** One of many at once: what each of them asks depends on its number and the round. */
async function oneTurn({ target, base, ids, keyId }: Race, worker: number, round: number) {
  const { post, own, server, storeId } = target
  const memory = `/memories/${ids[(worker * 7 + round * 3) % ids.length]}`
  if (worker % 4 === 0) {
    const { seq } = (await own('/usage')).json
    return own('/restore', { at_seq: base, ...(round % 2 === 0 ? {} : { expected_seq: seq }) })
  }
  if (worker % 4 === 1 && round % 3 === 0) {
    return own('/revert', { api_key_id: keyId, since_seq: base + 1 + round })
  }
  switch ((worker + round) % 5) {
    case 0:
      return server.request(`/v1/memory_stores/${storeId}${memory}`, { method: 'DELETE' })
    case 1:
      return post(memory, { path: `/x${worker}-${round}` })
    default:
      return post(memory, { content: `${worker} ${round}\n` })
  }
}

async function fullLog({ own }: Target): Promise<Json[]> {
  const all: Json[] = []
  for (let page = ''; ;) {
    const { json } = await own(`/log?limit=100${page}`)
    all.push(...json.data)
    if (json.next_page === null) return all
    page = `&page=${encodeURIComponent(json.next_page)}`
  }
}

const limitOf = ({ status, json }: Answer) => [status, json.error?.details?.error_code]

export function undoAttacks(engine: string, open: OpenServer): void {
  describe(`taking back under attack on ${engine}`, () => {
    test('32 at once: every write that was acknowledged is there, and every plan is whole', async () => {
      await using server = await open()
      const target = await newTarget(server)
      const create = memories.map((path) => ({ type: 'create', path, content: `${path}\n` }))
      await target.own('/batch', { operations: create })
      const before = (await target.get('/memories?limit=100')).json.data
      const me = (await target.own('/log?limit=1')).json.data[0].created_by
      const base = (await target.own('/usage')).json.seq
      const ids = before.map(({ id }: Json) => id)
      const race = { target, base, ids, keyId: me.api_key_id }
      const answers: Answer[] = []
      const worker = async (_none: unknown, index: number) => {
        for (let round = 0; round < 8; round += 1) answers.push(await oneTurn(race, index, round))
      }
      await Promise.all(Array.from({ length: 32 }, worker))
      const statuses = answers.map(({ status }) => status)
      expect(statuses.filter((status) => ![200, 404, 409].includes(status))).toEqual([])
      const log = await fullLog(target)
      expect(log.map(({ seq }) => seq)).toEqual(
        Array.from({ length: log.length }, (_none, index) => log.length - index),
      )
      const seqs = new Map(log.map((entry) => [entry.memory_version_id, entry.seq]))
      const done = answers.filter(({ status }) => status === 200).map(({ json }) => json)
      const written = done.filter(({ type }) => type === 'memory')
      expect(written.length).toBeGreaterThan(0)
      for (const { memory_version_id: id } of written) expect(seqs.has(id)).toBe(true)
      const plans = done.filter(({ type }) => type === 'restore' || type === 'revert')
      for (const { changes, seq } of plans) {
        const made = changes.map((change: Json) => seqs.get(change.memory_version_id))
        const whole = made.map((_none: Json, index: number) => seq - made.length + 1 + index)
        expect(made.toSorted((a: number, b: number) => a - b)).toEqual(whole)
      }
      const restored = plans.filter(({ type }) => type === 'restore')
      expect(restored.length).toBeGreaterThan(0)
      for (const { seq } of restored.slice(0, 8)) {
        const { json } = await target.own(`/memories?at_seq=${seq}&limit=100`)
        const states = (items: Json[]) =>
          items.map((item) => [item.path, item.id, item.content_sha256])
        expect(states(json.data)).toEqual(states(before))
      }
    })

    test('who goes on after a revert is taken back again, and a revert is done once', async () => {
      await using server = await open()
      const target = await newTarget(server)
      const { post, own, storeId } = target
      const body = { name: 'ruin', role: 'read_write' }
      const key = (await server.request('/palimpsest/v1/keys', { method: 'POST', body })).json
      const memory = (await post('/memories', { path: '/a', content: 'one\ntwo\nthree\n' })).json
      const url = `/v1/memory_stores/${storeId}/memories/${memory.id}`
      const text = async () => (await target.get(`/memories/${memory.id}`)).json.content
      const ruin = (content: string) =>
        server.request(url, { method: 'POST', secret: key.secret, body: { content } })
      const revert = async () => (await own('/revert', { api_key_id: key.id })).json
      await ruin('ONE\nTWO\nthree\nbuy now\n')
      await post(`/memories/${memory.id}`, { content: 'ONE\nTWO\nthree\nbuy now\nmine\n' })
      expect(await revert()).toMatchObject({ changes: [{ action: 'update' }], conflicts: [] })
      expect(await text()).toBe('one\ntwo\nthree\nmine\n')
      expect(await revert()).toMatchObject({ changes: [], unchanged: 1, conflicts: [] })
      await ruin('worse\n')
      expect(await revert()).toMatchObject({ changes: [{ action: 'update' }], conflicts: [] })
      expect(await text()).toBe('one\ntwo\nthree\nmine\n')
      // Lines of the key that somebody else changed stay a conflict.
      await ruin('one\nWORST\nthree\nmine\n')
      await post(`/memories/${memory.id}`, { content: 'one\nWORST?\nthree\nmine\n' })
      const left = [{ reason: 'overlapping_edits', path: '/a' }]
      expect(await revert()).toMatchObject({ changes: [], conflicts: left })
    })

    test('each limit of a store is reached exactly, and passed by one never', async () => {
      const limits = { storeMemoriesMax: 2, storeBytesMax: 1_000, storeVersionsMax: 10 }
      await using server = await open(limits)
      const target = await newTarget(server)
      const { post, own, storeId } = target
      const remove = (id: string) =>
        server.request(`/v1/memory_stores/${storeId}/memories/${id}`, { method: 'DELETE' })
      const one = (await post('/memories', { path: '/one', content: 'x'.repeat(600) })).json
      const two = (await post('/memories', { path: '/two', content: 'y'.repeat(400) })).json
      const atSeq = (await own('/usage')).json.seq
      await remove(one.id)
      await remove(two.id)
      const other = (await post('/memories', { path: '/other', content: 'z'.repeat(401) })).json
      const restore = (path: string) => own('/restore', { at_seq: atSeq, path })
      expect(limitOf(await restore('/one'))).toEqual([400, 'memory_store_bytes_exceeded'])
      await post(`/memories/${other.id}`, { content: 'z'.repeat(400) })
      expect((await restore('/one')).status).toBe(200)
      expect((await own('/usage')).json.content_size_bytes).toBe(1_000)
      expect(limitOf(await restore('/two'))).toEqual([400, 'memory_store_full'])
      // Two more versions make nine: there is room for one, not for the three of the whole store.
      await post(`/memories/${other.id}`, { content: '' })
      await post(`/memories/${one.id}`, { content: 'changed' })
      const usage = (await own('/usage')).json
      expect(usage.versions).toBe(9)
      const whole = await own('/restore', { at_seq: atSeq })
      expect(limitOf(whole)).toEqual([400, 'memory_versions_exceeded'])
      expect((await own('/usage')).json).toEqual(usage)
      expect((await restore('/one')).json.changes).toHaveLength(1)
      expect((await own('/usage')).json.versions).toBe(10)
      const again = await restore('/one')
      expect([again.status, again.json.changes]).toEqual([200, []])
    })
  })
}
