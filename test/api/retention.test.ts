// What time takes away, seen through the Api over a clock that is moved by hand.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { fixMoment } from '../../src/cli/fixed-moment.ts'
import { makeRequestId, makeWorkspaceId } from '../../src/domain/ids.ts'
import { dayMs, defaultLimits, defaultRetention } from '../../src/domain/limits.ts'
import type { Storage, StorageOptions } from '../../src/storage/port.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { Watchers } from '../../src/usecases/events/watchers.ts'
import { bind } from '../../src/usecases/bind.ts'
import { temporaryPlace, type Place } from '../support/in-process.ts'
import { outcome } from '../support/world.ts'

const start = Date.parse('2026-11-20T10:00:00Z')

let place: Place
let storage: Storage
let now: number

beforeEach(async () => {
  place = await temporaryPlace()
  now = start
})

afterEach(async () => {
  await storage[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

async function open(options: Partial<StorageOptions> = {}): Promise<Api> {
  const limits = { ...defaultLimits, ...options.limits }
  const clock = () => now
  const base = { limits, retention: defaultRetention, clock }
  storage = await openSqlite(place.directory, { ...base, ...options })
  const { id: workspaceId } = await storage.commit({ type: 'create_workspace', name: 'w' })
  const cursorKey = await storage.view.cursorKey()
  return bind(
    { storage, limits, cursorKey, clock, watchers: new Watchers() },
    {
      workspaceId: workspaceId ?? makeWorkspaceId(now),
      actor: 'apikey_1',
      role: 'admin',
      door: 'http',
      requestId: makeRequestId(now),
    },
  )
}

/**
 * A memory written `count` times, a day between the writes; the clock stands a day after the last.
 */
async function write(api: Api, count: number) {
  const { id: storeId } = await api.createStore({ name: 'x' })
  const { id: memoryId } = await api.createMemory({ storeId, path: '/a', content: '0' })
  for (let day = 1; day < count; day += 1) {
    now += dayMs
    await api.updateMemory({ storeId, memoryId, content: `${day}` })
  }
  now += dayMs
  return { storeId, memoryId }
}

const sweep = () => storage.sweep(new AbortController().signal)

async function contents(api: Api, storeId: string): Promise<(string | undefined)[]> {
  const { items } = await api.listVersions({ storeId, view: 'full' })
  return items.map(({ content }) => content)
}

describe('retention', () => {
  test('[R-8.6-1] keeps the head and the newest ten, and what was superseded within 30 days', async () => {
    const api = await open()
    const { storeId } = await write(api, 15)
    expect(await sweep()).toBe(0)
    expect(await contents(api, storeId)).toHaveLength(15)
    now = start + 31 * dayMs
    // Versions 0 to 3 are outside head and ten; 0 was superseded on day 1, 1 on day 2, and so on.
    expect(await sweep()).toBe(1)
    now += 2 * dayMs
    expect(await sweep()).toBe(2)
    now += 1_000 * dayMs
    expect(await sweep()).toBe(1)
    expect(await sweep()).toBe(0)
    expect(await contents(api, storeId)).toEqual(
      Array.from({ length: 11 }, (_, newer) => `${14 - newer}`),
    )
  })

  test('[R-8.6-3] leaves nothing of what it purged but the start of a complete history', async () => {
    const api = await open()
    const { storeId, memoryId } = await write(api, 12)
    const { items } = await api.listVersions({ storeId })
    const versionId = items.at(-1)?.id ?? ''
    expect((await api.getVersion({ storeId, versionId })).content).toBe('0')
    const before = await api.getUsage({ storeId })
    now += 60 * dayMs
    expect(await sweep()).toBe(1)
    expect(await outcome(api.getVersion({ storeId, versionId }))).toBe('not_found')
    expect(await outcome(api.redactVersion({ storeId, versionId }))).toBe('not_found')
    expect((await api.listVersions({ storeId, memoryId })).items).toHaveLength(11)
    const after = await api.getUsage({ storeId })
    expect(after).toMatchObject({ versions: 11, seq: before.seq })
    expect(after.historyFrom).toBeGreaterThan(before.historyFrom)
    const read = await api.getMemory({ storeId, memoryId })
    expect(read).toMatchObject({ content: '11', createdAt: start })
  })

  test('ends what can be searched and mounted of the past, to the very sequence', async () => {
    const api = await open()
    const { storeId, memoryId } = await write(api, 1)
    await api.createMemory({ storeId, path: '/b', content: '0' })
    const { seq: atSeq } = await api.getUsage({ storeId })
    const past = { storeId, atSeq, pattern: '.', limit: 1 }
    const { items, nextPage } = await api.grepStore(past)
    expect(items.map(({ path }) => path)).toEqual(['/a'])
    const page = nextPage ?? ''
    expect((await api.grepStore({ ...past, page })).items.map(({ path }) => path)).toEqual(['/b'])
    for (let edit = 1; edit < 12; edit += 1) {
      await api.updateMemory({ storeId, memoryId, content: `${edit}` })
    }
    now += 60 * dayMs
    await sweep()
    const { historyFrom } = await api.getUsage({ storeId })
    expect(historyFrom).toBeGreaterThan(atSeq)
    const gone = /^at_seq: is before the history that is kept: .* from sequence \d+ /
    const lost = { storeId, atSeq: historyFrom - 1 }
    await expect(api.searchStore({ ...lost, query: '0' })).rejects.toThrow(gone)
    await expect(api.grepStore({ ...lost, pattern: '.' })).rejects.toThrow(gone)
    await expect(fixMoment(api, storeId, { atSeq: historyFrom - 1 })).rejects.toThrow(gone)
    await expect(api.grepStore({ ...past, page })).rejects.toThrow(gone)
    const kept = await api.grepStore({ storeId, atSeq: historyFrom, pattern: '.' })
    expect(kept.items.map(({ path }) => path)).toEqual(['/a', '/b'])
    const { seq } = await fixMoment(api, storeId, { atSeq: historyFrom })
    expect(seq).toBe(historyFrom)
  })

  test('[R-8.6-1] lets a deleted memory go 30 days after its deletion, the deletion last', async () => {
    const api = await open()
    const { storeId, memoryId } = await write(api, 3)
    await api.deleteMemory({ storeId, memoryId })
    now += 30 * dayMs - 1
    await sweep()
    const left = await api.listVersions({ storeId, memoryId })
    expect(left.items[0]).toMatchObject({ operation: 'deleted', path: '/a' })
    now += 1
    await sweep()
    expect((await api.listVersions({ storeId })).items).toEqual([])
    expect((await api.getUsage({ storeId })).versions).toBe(0)
  })

  test('[R-8.6-2] forever lets nothing go', async () => {
    const api = await open({ retention: { keepMs: undefined, recentVersions: 0 } })
    const { storeId } = await write(api, 15)
    now += 10_000 * dayMs
    expect(await sweep()).toBe(0)
    expect(await contents(api, storeId)).toHaveLength(15)
  })

  test('[R-10-3] makes room when a store is full of versions, before anybody is refused', async () => {
    const limits = { ...defaultLimits, storeVersionsMax: 13 }
    const api = await open({ limits })
    const { storeId, memoryId } = await write(api, 13)
    const update = { storeId, memoryId, content: 'one more' }
    expect(await outcome(api.updateMemory(update))).toBe('limit')
    now += 60 * dayMs
    expect(await outcome(api.updateMemory(update))).toBe('done')
    expect((await contents(api, storeId))[0]).toBe('one more')
  })
})
