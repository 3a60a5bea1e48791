import { describe, expect, test } from 'vitest'
import { readVectors } from '../support/vectors.ts'
import { collect, newTenant, outcome, refusal, type World } from '../support/world.ts'

export function storesContract(given: { readonly world: World }): void {
  const tenant = () => newTenant(given.world)

  describe('a store', () => {
    test('[R-6.1-2] [R-6.2-1] is made with defaults and one time for both', async () => {
      const { api, workspaceId } = await tenant()
      const store = await api.createStore({ name: 'User Preferences' })
      expect(store).toMatchObject({
        workspaceId,
        name: 'User Preferences',
        description: '',
        metadata: {},
        archivedAt: undefined,
      })
      expect(store.id).toMatch(/^memstore_01[1-9A-HJ-NP-Za-km-z]{22}$/)
      expect(store.createdAt).toBe(store.updatedAt)
      expect(Math.abs(Date.now() - store.createdAt)).toBeLessThan(60_000)
      expect(await api.getStore({ storeId: store.id })).toEqual(store)
    })

    test('[R-6.2-1] shares its name with another', async () => {
      const { api } = await tenant()
      const [a, b] = [await api.createStore({ name: 'x' }), await api.createStore({ name: 'x' })]
      expect(a.id).not.toBe(b.id)
    })

    test('[R-6.2-2] takes null for description and metadata as absent', async () => {
      const { api } = await tenant()
      const store = await api.createStore({ name: 'x', description: null, metadata: null })
      expect(store).toMatchObject({ description: '', metadata: {} })
      for (const input of [{ name: null }, { name: 'x', metadata: { a: null } }]) {
        expect(await outcome(api.createStore(input))).toBe('invalid')
      }
    })

    test('[R-9.1-1] [R-9.1-2] [R-9.1-3] comes back as it was given', async () => {
      const { api } = await tenant()
      const { valid } = readVectors('names.json')
      for (const { text } of valid) {
        const description = `${String(text)}\n\u{1f600}\u200d`
        const metadata = { constructor: 'a', [String(text).slice(0, 20)]: '\u2028"\\' }
        const { id } = await api.createStore({ name: text, description, metadata })
        expect(await api.getStore({ storeId: id })).toMatchObject({
          name: text,
          description,
          metadata,
        })
      }
    })

    test('[R-9.1-1] [R-9.1-2] is refused with a name or description that breaks a rule', async () => {
      const { api } = await tenant()
      for (const { text, why } of readVectors('names.json').invalid) {
        expect(await outcome(api.createStore({ name: text })), why).toBe('invalid')
      }
      for (const { text, why } of readVectors('descriptions.json').invalid) {
        if (text === null) continue // as absent
        const call = api.createStore({ name: 'x', description: text })
        expect(await outcome(call), why).toBe('invalid')
      }
      expect((await api.listStores({})).items).toEqual([])
    })

    test('[R-6.5-1] [R-6.5-2] is updated field by field', async () => {
      const { api } = await tenant()
      const first = { name: 'x', description: 'd', metadata: { keep: '1', drop: '2' } }
      const { id: storeId, createdAt } = await api.createStore(first)
      await new Promise((resolve) => setTimeout(resolve, 5))

      const metadata = { drop: null, absent: null, add: '3' }
      const patched = await api.updateStore({ storeId, metadata, name: null, description: null })
      expect(patched).toMatchObject({ name: 'x', description: 'd', createdAt })
      expect(patched.metadata).toEqual({ keep: '1', add: '3' })
      expect(patched.updatedAt).toBeGreaterThan(createdAt)

      const cleared = await api.updateStore({ storeId, name: 'y', description: '' })
      expect(cleared).toMatchObject({ name: 'y', description: '', metadata: patched.metadata })
      expect(await api.getStore({ storeId })).toEqual(cleared)
      expect(await outcome(api.updateStore({ storeId, name: '' }))).toBe('invalid')
    })

    test('[R-6.5-1] keeps everything when a patch would leave 17 pairs', async () => {
      const { api } = await tenant()
      const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, 'v']))
      const store = await api.createStore({ name: 'x', metadata })
      const patch = { storeId: store.id, name: 'y', metadata: { k16: 'v' } }
      expect(await refusal(api.updateStore(patch))).toMatchObject({ code: 'invalid' })
      expect(await api.getStore({ storeId: store.id })).toEqual(store)
      const swap = { storeId: store.id, metadata: { k0: null, k16: 'v' } }
      expect(Object.keys((await api.updateStore(swap)).metadata)).toHaveLength(16)
    })

    test('[R-6.5-3] keeps its time when a patch changes nothing', async () => {
      const { api } = await tenant()
      const store = await api.createStore({ name: 'x', metadata: { a: '1' } })
      await new Promise((resolve) => setTimeout(resolve, 5))
      const { id: storeId } = store
      for (const patch of [
        {},
        { name: 'x' },
        { metadata: { a: '1', b: null } },
        { metadata: {} },
      ]) {
        expect(await api.updateStore({ storeId, ...patch })).toEqual(store)
      }
    })

    test('[R-6.6-1] is archived once', async () => {
      const { api } = await tenant()
      const { id: storeId } = await api.createStore({ name: 'x' })
      await new Promise((resolve) => setTimeout(resolve, 5))
      const archived = await api.archiveStore({ storeId })
      expect(archived.archivedAt).toBe(archived.updatedAt)
      expect(archived.updatedAt).toBeGreaterThan(archived.createdAt)
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(await api.archiveStore({ storeId })).toEqual(archived)
      expect(await api.getStore({ storeId })).toEqual(archived)
    })

    test('[R-6.5-4] [R-7.5-12] archived, refuses updates, also those that change nothing', async () => {
      const { api } = await tenant()
      const { id: storeId } = await api.createStore({ name: 'x' })
      const memory = await api.createMemory({ storeId, path: '/a', content: 'x' })
      await api.archiveStore({ storeId })
      const at = { storeId, memoryId: memory.id }
      for (const call of [
        () => api.updateStore({ storeId, name: 'y' }),
        () => api.updateStore({ storeId }),
        () => api.updateMemory({ ...at, content: 'y' }),
        () => api.updateMemory({ ...at, content: 'x' }),
        () => api.updateMemory(at),
      ]) {
        expect(await outcome(call())).toBe('archived')
      }
    })

    test('[R-6.4-1] [R-6.6-2] archived, keeps the matrix of what it allows', async () => {
      const { api } = await tenant()
      const { id: storeId } = await api.createStore({ name: 'x' })
      const kept = await api.createMemory({ storeId, path: '/kept', content: 'one' })
      const gone = await api.createMemory({ storeId, path: '/gone', content: 'two' })
      const updated = { storeId, memoryId: kept.id, content: 'three' }
      await api.updateMemory(updated)
      await api.archiveStore({ storeId })

      expect((await api.listStores({})).items).toEqual([])
      expect((await api.listStores({ includeArchived: true })).items).toHaveLength(1)
      expect((await api.getMemory({ storeId, memoryId: kept.id })).content).toBe('three')
      expect((await api.listMemories({ storeId })).items).toHaveLength(2)
      expect((await api.listVersions({ storeId })).items).toHaveLength(3)
      const create = { storeId, path: '/new', content: '' }
      expect(await outcome(api.createMemory(create))).toBe('archived')
      expect(await api.deleteMemory({ storeId, memoryId: gone.id })).toEqual({ id: gone.id })
      const redact = { storeId, versionId: kept.versionId }
      expect((await api.redactVersion(redact)).redactedAt).toBeTypeOf('number')
      expect(await api.deleteStore({ storeId })).toEqual({ id: storeId })
    })

    test.each([false, true])('[R-6.7-1] is deleted for good (archived: %s)', async (archived) => {
      const { api } = await tenant()
      const { id: storeId } = await api.createStore({ name: 'x' })
      const memory = await api.createMemory({ storeId, path: '/a', content: 'x' })
      if (archived) await api.archiveStore({ storeId })
      expect(await api.deleteStore({ storeId })).toEqual({ id: storeId })
      for (const call of [
        () => api.getStore({ storeId }),
        () => api.updateStore({ storeId, name: 'y' }),
        () => api.archiveStore({ storeId }),
        () => api.deleteStore({ storeId }),
        () => api.createMemory({ storeId, path: '/b', content: '' }),
        () => api.listMemories({ storeId }),
        () => api.getMemory({ storeId, memoryId: memory.id }),
        () => api.updateMemory({ storeId, memoryId: memory.id, content: 'y' }),
        () => api.deleteMemory({ storeId, memoryId: memory.id }),
        () => api.listVersions({ storeId }),
        () => api.getVersion({ storeId, versionId: memory.versionId }),
        () => api.redactVersion({ storeId, versionId: memory.versionId }),
        () => api.getUsage({ storeId }),
        () => api.listChanges({ storeId }),
      ]) {
        expect(await outcome(call())).toBe('not_found')
      }
      expect((await api.listStores({ includeArchived: true })).items).toEqual([])
    })

    test('[R-1-5] with a malformed id is not found', async () => {
      const { api } = await tenant()
      const { id } = await api.createStore({ name: 'x' })
      for (const storeId of ['x', id.slice(0, -1), `${id}1`, id.replace('memstore', 'mem')]) {
        expect(await outcome(api.getStore({ storeId })), storeId).toBe('not_found')
      }
    })
  })

  describe('the list of stores', () => {
    test('[R-6.3-1] [R-4.5-1] is newest first, page by page', async () => {
      const { api } = await tenant()
      const ids: string[] = []
      for (let index = 0; index < 7; index += 1) {
        ids.unshift((await api.createStore({ name: `store ${index}` })).id)
      }
      expect((await api.listStores({})).items.map(({ id }) => id)).toEqual(ids)
      for (const limit of [1, 2, 3, 7]) {
        const all = await collect((page) => api.listStores({ limit, page }))
        expect(all.map(({ id }) => id)).toEqual(ids)
      }
    })

    test('[R-4.2-1] [R-4.1-1] has 20 on a page, and no cursor behind the last', async () => {
      const { api } = await tenant()
      expect(await api.listStores({})).toEqual({ items: [], nextPage: undefined })
      const make = (_: unknown, index: number) => api.createStore({ name: `store ${index}` })
      await Promise.all(Array.from({ length: 21 }, make))
      const first = await api.listStores({})
      expect(first.items).toHaveLength(20)
      const second = await api.listStores({ page: first.nextPage })
      expect(second.items).toHaveLength(1)
      expect(second.nextPage).toBeUndefined()
      const exact = await api.listStores({ limit: 21 })
      expect(exact.nextPage).toBeUndefined()
    })

    test.each([0, -1, 101, 1.5])('[R-4.2-1] refuses a limit of %s', async (limit) => {
      const { api } = await tenant()
      expect(await outcome(api.listStores({ limit }))).toBe('invalid')
    })

    test('[R-6.3-1] [R-4.3-3] hides archived ones unless asked, also between pages', async () => {
      const { api } = await tenant()
      const names = ['a', 'b', 'c', 'd']
      for (const name of names) {
        const { id: storeId } = await api.createStore({ name })
        if (name === 'b' || name === 'd') await api.archiveStore({ storeId })
      }
      const shown = async (includeArchived?: boolean) =>
        (await api.listStores({ includeArchived })).items.map(({ name }) => name)
      expect(await shown()).toEqual(['c', 'a'])
      expect(await shown(false)).toEqual(['c', 'a'])
      expect(await shown(true)).toEqual(['d', 'c', 'b', 'a'])
      const { nextPage } = await api.listStores({ limit: 1 })
      const rest = await api.listStores({ page: nextPage, includeArchived: true })
      expect(rest.items.map(({ name }) => name)).toEqual(['b', 'a'])
    })

    test('[R-6.3-2] [R-1-6] [R-4.4-1] is bounded by times of creation, inclusive', async () => {
      const { api } = await tenant()
      const times: number[] = []
      for (const name of ['a', 'b', 'c']) {
        times.push((await api.createStore({ name })).createdAt)
        await new Promise((resolve) => setTimeout(resolve, 3))
      }
      const [, middle = 0] = times
      const names = async (bounds: { createdFrom?: number; createdTo?: number }) =>
        (await api.listStores(bounds)).items.map(({ name }) => name)
      expect(await names({ createdFrom: middle })).toEqual(['c', 'b'])
      expect(await names({ createdTo: middle })).toEqual(['b', 'a'])
      expect(await names({ createdFrom: middle, createdTo: middle })).toEqual(['b'])
      expect(await names({ createdFrom: middle + 1, createdTo: middle })).toEqual([])
    })

    test('[R-4.3-1] [R-4.3-2] refuses cursors that are not its own', async () => {
      const [{ api }, other] = [await tenant(), await tenant()]
      for (const who of [api, other.api]) {
        for (const name of ['a', 'b']) await who.createStore({ name })
      }
      const { nextPage = '' } = await api.listStores({ limit: 1 })
      expect(nextPage).toMatch(/^page_/)
      expect((await api.listStores({ page: '' })).items).toHaveLength(2)
      expect(await outcome(other.api.listStores({ page: nextPage }))).toBe('invalid')
      for (const page of ['x', 'page_', `${nextPage}A`, nextPage.slice(0, -1)]) {
        expect(await outcome(api.listStores({ page })), page).toBe('invalid')
      }
    })

    test('[R-4.3-4] [R-4.5-1] goes on behind a store that is gone, past ones that are new', async () => {
      const { api } = await tenant()
      const ids: string[] = []
      for (const name of ['a', 'b', 'c']) ids.push((await api.createStore({ name })).id)
      const first = await api.listStores({ limit: 2 })
      expect(first.items.map(({ name }) => name)).toEqual(['c', 'b'])
      await api.deleteStore({ storeId: ids[1] ?? '' })
      await api.createStore({ name: 'd' })
      const rest = await api.listStores({ page: first.nextPage })
      expect(rest.items.map(({ name }) => name)).toEqual(['a'])
    })
  })
}
