import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Api, ListVersionsInput } from '../../src/api.ts'
import type { Memory } from '../../src/domain/memory/memory.ts'
import { collect, newTenant, outcome, refusal, type Tenant, type World } from '../support/world.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const pause = () => new Promise((resolve) => setTimeout(resolve, 3))

export function versionsContract(given: { readonly world: World }): void {
  let tenant: Tenant
  let api: Api
  let storeId: string

  beforeEach(async () => {
    tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, content = 'one') => api.createMemory({ storeId, path, content })
  const update = ({ id: memoryId }: Memory, change: { content?: string; path?: string }) =>
    api.updateMemory({ storeId, memoryId, ...change })
  const list = async (query: Omit<ListVersionsInput, 'storeId'> = {}) =>
    (await api.listVersions({ storeId, ...query })).items
  const get = (versionId: string) => api.getVersion({ storeId, versionId })
  const redact = (versionId: string) => api.redactVersion({ storeId, versionId })

  describe('versions', () => {
    test('[R-8.1-2] [R-8.2-1] [R-8.2-3] hold what each write left, newest first', async () => {
      const memory = await create('/a')
      await update(memory, { content: 'two' })
      await update(memory, { path: '/b' })
      await update(memory, { path: '/c', content: '' })
      await update(memory, { content: '' })
      await api.deleteMemory({ storeId, memoryId: memory.id })
      const content = (text: string) => ({
        content: text,
        sha256: sha256(text),
        sizeBytes: text.length,
      })
      const nothing = { content: undefined, sha256: undefined, sizeBytes: undefined }
      const listed = await list({ memoryId: memory.id, view: 'full' })
      expect(listed).toMatchObject([
        { operation: 'deleted', path: '/c', ...nothing },
        { operation: 'modified', path: '/c', ...content('') },
        { operation: 'modified', path: '/b', ...content('two') },
        { operation: 'modified', path: '/a', ...content('two') },
        { operation: 'created', path: '/a', ...content('one') },
      ])
      expect(new Set(listed.map(({ memoryId }) => memoryId))).toEqual(new Set([memory.id]))
      const ids = listed.map(({ id }) => id)
      expect(ids.toSorted().toReversed()).toEqual(ids)
    })

    test('[R-8.3-1] [R-5-2] are read with content, listed without', async () => {
      const memory = await create('/a', 'text')
      const full = await get(memory.versionId)
      expect(full).toMatchObject({ id: memory.versionId, content: 'text', storeId })
      const basic = await api.getVersion({ storeId, versionId: memory.versionId, view: 'basic' })
      expect(basic).toEqual({ ...full, content: undefined })
      expect(await list()).toEqual([basic])
      expect(await list({ view: 'full' })).toEqual([full])
    })

    test('[R-8.3-1] [R-1-5] that are unknown are not found', async () => {
      const { id, versionId } = await create('/a')
      for (const text of ['x', id, `${versionId}1`, versionId.slice(0, -1), storeId]) {
        expect(await outcome(get(text)), text).toBe('not_found')
        expect(await outcome(redact(text)), text).toBe('not_found')
      }
    })

    test('[R-8.2-1] [R-4.5-1] [R-4.2-2] are paged in reverse order of writing', async () => {
      const writes = Array.from({ length: 23 }, (_, index) => `/f${index}`)
      for (const path of writes) await create(path)
      const newest = writes.toReversed()
      for (const limit of [1, 7, 23, 100]) {
        const all = await collect((page) => api.listVersions({ storeId, limit, page }))
        expect(all.map(({ path }) => path)).toEqual(newest)
      }
      const first = await api.listVersions({ storeId, limit: 100, view: 'full' })
      expect(first.items).toHaveLength(20)
      await create('/new')
      const rest = await api.listVersions({ storeId, page: first.nextPage })
      expect(rest.items.map(({ path }) => path)).toEqual(newest.slice(20))
    })

    test('[R-8.2-2] [R-8.2-3] are filtered by memory, operation, key and time', async () => {
      const [a, b] = [await create('/a'), await create('/b')]
      await pause()
      const { updatedAt } = await update(a, { content: 'two' })
      await pause()
      await api.deleteMemory({ storeId, memoryId: b.id })
      const { actor: apiKeyId } = await api.whoAmI()
      const seen = async (query: Omit<ListVersionsInput, 'storeId'>) =>
        (await list(query)).map(({ path, operation }) => `${operation} ${path}`)
      const all = ['deleted /b', 'modified /a', 'created /b', 'created /a']
      expect(await seen({})).toEqual(all)
      expect(await seen({ memoryId: b.id })).toEqual(['deleted /b', 'created /b'])
      expect(await seen({ operation: 'created' })).toEqual(['created /b', 'created /a'])
      expect(await seen({ operation: 'created', memoryId: a.id })).toEqual(['created /a'])
      expect(await seen({ apiKeyId })).toEqual(all)
      expect(await seen({ apiKeyId, operation: 'deleted' })).toEqual(['deleted /b'])
      expect(await seen({ createdFrom: updatedAt })).toEqual(all.slice(0, 2))
      expect(await seen({ createdTo: updatedAt })).toEqual(all.slice(1))
      expect(await seen({ createdFrom: updatedAt, createdTo: updatedAt })).toEqual(['modified /a'])
      expect(await seen({ createdFrom: updatedAt + 1, createdTo: updatedAt })).toEqual([])
      expect(await outcome(list({ operation: 'renamed' }))).toBe('invalid')
    })

    test('[R-8.2-2] match nothing for ids that nobody has', async () => {
      const { id } = await create('/a')
      const other = await newTenant(given.world)
      const { actor: foreignKey } = await other.api.whoAmI()
      for (const query of [
        { memoryId: 'x' },
        { memoryId: `${id}1` },
        { sessionId: 'sesn_x' },
        { apiKeyId: foreignKey },
        { serviceAccountId: 'svac_x' },
        { apiKeyId: (await api.whoAmI()).actor, sessionId: 'sesn_x' },
      ]) {
        expect(await list(query)).toEqual([])
      }
    })

    test('[R-4.3-3] are paged on under another filter', async () => {
      const memory = await create('/a')
      for (const content of ['two', 'three']) await update(memory, { content })
      const { nextPage: page } = await api.listVersions({ storeId, limit: 1 })
      expect((await list({ page, operation: 'created' })).map(({ path }) => path)).toEqual(['/a'])
    })

    test('[R-2.5-5] [R-8.4-1] name who wrote them, also when the key is revoked since', async () => {
      const { secret, id } = await api.createKey({ name: 'writer', role: 'read_write' })
      const writer = await given.world.connect(secret)
      const memory = await writer.createMemory({ storeId, path: '/a', content: '' })
      expect((await get(memory.versionId)).createdBy).toBe(id)
      expect((await get((await create('/b')).versionId)).createdBy).not.toBe(id)
      await api.revokeKey({ keyId: id })
      expect((await get(memory.versionId)).createdBy).toBe(id)
      expect((await list({ apiKeyId: id })).map(({ path }) => path)).toEqual(['/a'])
    })

    test('[R-8.7-1] give back what was, by writing it back', async () => {
      const memory = await create('/a', 'good')
      await update(memory, { content: 'bad' })
      const { content } = await get(memory.versionId)
      const restored = await update(memory, { content: content ?? '' })
      expect(restored.sha256).toBe(memory.sha256)
      expect(await list()).toHaveLength(3)
      await api.deleteMemory({ storeId, memoryId: memory.id })
      expect((await create('/a', content)).id).not.toBe(memory.id)
    })
  })

  describe('redaction', () => {
    test('[R-8.5-1] [R-8.3-1] erases four fields and keeps the rest', async () => {
      const memory = await create('/secret/path', 'a secret')
      await update(memory, { content: 'harmless', path: '/harmless' })
      const before = await get(memory.versionId)
      const { actor } = await api.whoAmI()
      const redacted = await redact(memory.versionId)
      expect(redacted).toEqual({
        ...before,
        content: undefined,
        path: undefined,
        sha256: undefined,
        sizeBytes: undefined,
        redactedAt: expect.any(Number) as number,
        redactedBy: actor,
      })
      expect(await get(memory.versionId)).toEqual(redacted)
      expect((await list({ view: 'full' })).at(-1)).toEqual(redacted)
    })

    test('[R-8.5-2] refuses the head of a live memory, before and after a rename', async () => {
      const memory = await create('/a')
      expect((await refusal(redact(memory.versionId))).code).toBe('head_version')
      const renamed = await update(memory, { path: '/b' })
      expect((await refusal(redact(renamed.versionId))).code).toBe('head_version')
      expect((await redact(memory.versionId)).redactedAt).toBeDefined()
      expect((await get(renamed.versionId)).content).toBe('one')
    })

    test('[R-8.5-3] reaches every version of a deleted memory', async () => {
      const memory = await create('/a')
      await update(memory, { content: 'two' })
      await api.deleteMemory({ storeId, memoryId: memory.id })
      for (const { id } of await list()) await redact(id)
      const paths = (await list({ view: 'full' })).map(({ path, content }) => ({ path, content }))
      const erased = { path: undefined, content: undefined }
      expect(paths).toEqual([erased, erased, erased])
      const operations = (await list({ memoryId: memory.id })).map(({ operation }) => operation)
      expect(operations).toEqual(['deleted', 'modified', 'created'])
    })

    test('[R-8.5-4] happens once', async () => {
      const memory = await create('/a')
      await update(memory, { content: 'two' })
      const first = await redact(memory.versionId)
      await pause()
      expect(await redact(memory.versionId)).toEqual(first)
    })

    test('[R-8.5-5] is no version, and leaves the same content elsewhere', async () => {
      const memory = await create('/a', 'same')
      const twin = await create('/b', 'same')
      await update(memory, { content: 'two' })
      const back = await update(memory, { content: 'same' })
      await redact(memory.versionId)
      expect(await list()).toHaveLength(4)
      expect((await get(twin.versionId)).content).toBe('same')
      expect((await get(back.versionId)).content).toBe('same')
      const { content } = await api.getMemory({ storeId, memoryId: memory.id })
      expect(content).toBe('same')
    })
  })
}
