import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { Limits } from '../../src/domain/limits.ts'
import { newTenant, outcome, refusal, type World } from '../support/world.ts'

/** Small enough to reach; the world of these tests is opened with them. */
export const smallLimits: Limits = {
  storeMemoriesMax: 3,
  storeBytesMax: 100,
  storeVersionsMax: 8,
  workspaceStoresMax: 2,
}

export function limitsContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    const tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, bytes = 1) =>
    api.createMemory({ storeId, path, content: 'x'.repeat(bytes) })

  describe('[R-3.4-1] a store at its limit', () => {
    test('[R-10-1] of memories refuses another, and still edits, renames and deletes', async () => {
      const memory = await create('/a')
      await create('/b')
      await create('/c')
      expect(await refusal(create('/d'))).toMatchObject({
        code: 'limit',
        limit: 'memory_store_full',
      })
      const at = { storeId, memoryId: memory.id }
      await api.updateMemory({ ...at, content: 'edited' })
      await api.updateMemory({ ...at, path: '/d' })
      await api.deleteMemory(at)
      await create('/a')
    })

    test('[R-10-1] holds also for creates at the same moment', async () => {
      const paths = Array.from({ length: 12 }, (_, index) => `/p${index}`)
      const all = await Promise.all(paths.map((path) => outcome(create(path))))
      expect(all.filter((one) => one === 'done')).toHaveLength(3)
      expect(all.filter((one) => one === 'limit')).toHaveLength(9)
      expect((await api.getUsage({ storeId })).memories).toBe(3)
    })

    test('[R-10-2] of bytes refuses to grow, and shrinks', async () => {
      const memory = await create('/a', 60)
      await create('/b', 40)
      const full = { code: 'limit', limit: 'memory_store_bytes_exceeded' }
      expect(await refusal(create('/c', 1))).toMatchObject(full)
      await create('/c', 0)
      const at = { storeId, memoryId: memory.id }
      expect(await refusal(api.updateMemory({ ...at, content: 'x'.repeat(61) }))).toMatchObject(
        full,
      )
      await api.updateMemory({ ...at, content: 'y'.repeat(60) })
      await api.updateMemory({ ...at, content: 'y'.repeat(59) })
      await api.updateMemory({ ...at, content: 'y'.repeat(60) })
      expect((await api.getUsage({ storeId })).contentBytes).toBe(100)
    })

    test('[R-10-3] of versions refuses every write but deletes', async () => {
      const memory = await create('/a')
      const at = { storeId, memoryId: memory.id }
      for (let index = 0; index < 7; index += 1) {
        await api.updateMemory({ ...at, content: `${index}` })
      }
      const full = { code: 'limit', limit: 'memory_versions_exceeded' }
      expect(await refusal(api.updateMemory({ ...at, content: 'new' }))).toMatchObject(full)
      expect(await refusal(api.updateMemory({ ...at, path: '/b' }))).toMatchObject(full)
      expect(await refusal(create('/c'))).toMatchObject(full)
      expect(await outcome(api.updateMemory({ ...at, content: '6' }))).toBe('done')
      await api.redactVersion({ storeId, versionId: memory.versionId })
      await api.updateStore({ storeId, name: 'y' })
      await api.deleteMemory(at)
      expect((await api.getUsage({ storeId })).versions).toBe(9)
    })

    test('[R-2.9-1] hears of a conflict first', async () => {
      for (const path of ['/a', '/b', '/c']) await create(path)
      expect(await outcome(create('/a'))).toBe('path_conflict')
      expect(await outcome(create('/d'))).toBe('limit')
    })

    test('[R-own-1] refuses a batch that goes over it, as a whole', async () => {
      await create('/a')
      const creates = ['/b', '/c', '/d'].map((path) => ({
        type: 'create' as const,
        path,
        content: '',
      }))
      expect(await outcome(api.applyBatch({ storeId, operations: creates }))).toBe('limit')
      const swap = [{ type: 'delete' as const, target: { path: '/a' } }, ...creates]
      expect(await outcome(api.applyBatch({ storeId, operations: swap }))).toBe('done')
    })
  })

  describe('a workspace at its limit of stores', () => {
    const full = { code: 'limit', limit: 'memory_stores_exceeded' }

    test('[R-10-4] refuses another, archived ones counted, until one is deleted', async () => {
      const { id } = await api.createStore({ name: 'second' })
      expect(await refusal(api.createStore({ name: 'third' }))).toMatchObject(full)
      await api.archiveStore({ storeId: id })
      expect(await refusal(api.createStore({ name: 'third' }))).toMatchObject(full)
      await api.deleteStore({ storeId: id })
      expect(await outcome(api.createStore({ name: 'third' }))).toBe('done')
    })

    test('[R-10-4] holds also for creates at the same moment, and for each workspace', async () => {
      const make = () => outcome(api.createStore({ name: 'y' }))
      const all = await Promise.all(Array.from({ length: 8 }, make))
      expect(all.toSorted()).toEqual(['done', ...Array<string>(7).fill('limit')])
      const other = await newTenant(given.world)
      expect(await outcome(other.api.createStore({ name: 'z' }))).toBe('done')
    })
  })

  test('[R-own-3] usage tells the limits that hold', async () => {
    expect(await api.getUsage({ storeId })).toMatchObject({
      memoriesMax: 3,
      contentBytesMax: 100,
      versionsMax: 8,
    })
  })
}
