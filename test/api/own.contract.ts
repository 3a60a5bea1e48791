import { beforeEach, describe, expect, test } from 'vitest'
import type { Api, BatchOperation } from '../../src/api.ts'
import type { Change } from '../../src/domain/memory/version.ts'
import { newTenant, outcome, pathsOf, refusal, type World } from '../support/world.ts'

export function ownContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    const tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, content = 'text') => api.createMemory({ storeId, path, content })
  const apply = (...operations: BatchOperation[]) => api.applyBatch({ storeId, operations })
  const paths = async () => pathsOf((await api.listMemories({ storeId, limit: 100 })).items)

  describe('a batch', () => {
    test('[R-own-1] happens in order, each step seeing the ones before it', async () => {
      const old = await create('/old', 'one')
      const { results, seq } = await apply(
        { type: 'create', path: '/a', content: 'new' },
        { type: 'update', target: { path: '/a' }, content: 'newer', path: '/b' },
        { type: 'delete', target: { memoryId: old.id }, expectedSha256: old.sha256 },
        { type: 'create', path: '/old', content: 'another' },
        { type: 'move', from: '/', to: '/moved/' },
      )
      expect(results).toMatchObject([
        { type: 'memory', memory: { path: '/a', sizeBytes: 3 } },
        { type: 'memory', memory: { path: '/b', sizeBytes: 5 } },
        { type: 'deleted', id: old.id },
        { type: 'memory', memory: { path: '/old' } },
        { type: 'moved', memories: [{ path: '/moved/b' }, { path: '/moved/old' }] },
      ])
      expect(await paths()).toEqual(['/moved/b', '/moved/old'])
      expect((await api.getUsage({ storeId })).seq).toBe(seq)
      const { items } = await api.listVersions({ storeId })
      expect(items.map(({ operation }) => operation)).toEqual([
        'modified',
        'modified',
        'created',
        'deleted',
        'modified',
        'created',
        'created',
      ])
    })

    test('[R-own-1] that is refused anywhere leaves nothing behind', async () => {
      const memory = await create('/a', 'one')
      const before = await api.getUsage({ storeId })
      const good: BatchOperation = { type: 'create', path: '/new', content: '' }
      const broken: readonly [BatchOperation, string][] = [
        [{ type: 'create', path: '/a', content: '' }, 'path_conflict'],
        [{ type: 'create', path: '/new/below', content: '' }, 'path_conflict'],
        [{ type: 'create', path: 'x', content: '' }, 'invalid'],
        [{ type: 'update', target: { path: '/none' }, content: '' }, 'not_found'],
        [{ type: 'delete', target: { memoryId: 'mem_x' } }, 'not_found'],
        [{ type: 'delete', target: {} }, 'invalid'],
        [{ type: 'delete', target: { path: '/a', memoryId: memory.id } }, 'invalid'],
        [
          { type: 'delete', target: { path: '/a' }, expectedSha256: '0'.repeat(64) },
          'precondition_failed',
        ],
        [{ type: 'move', from: '/none/', to: '/x/' }, 'not_found'],
        [{ type: 'move', from: '/', to: '/a' }, 'invalid'],
      ]
      for (const [bad, code] of broken) {
        expect(await outcome(apply(good, bad)), JSON.stringify(bad)).toBe(code)
      }
      expect(await api.getUsage({ storeId })).toEqual(before)
      expect(await paths()).toEqual(['/a'])
    })

    test('[R-own-1] holds 1 to 1,000 operations', async () => {
      expect(await outcome(apply())).toBe('invalid')
      const many = (count: number) =>
        Array.from({ length: count }, (_, index) => ({
          type: 'create' as const,
          path: `/m${index}`,
          content: '',
        }))
      expect(await outcome(apply(...many(1_001)))).toBe('invalid')
      const { results } = await apply(...many(1_000))
      expect(results).toHaveLength(1_000)
      expect((await api.getUsage({ storeId })).memories).toBe(1_000)
    })

    test('[R-own-5] moves a directory, ids and content kept, all or none', async () => {
      const [x, y] = [await create('/a/x', 'one'), await create('/a/y/z', 'two')]
      const blocker = await create('/b/y')
      const blocked = await refusal(apply({ type: 'move', from: '/a/', to: '/b/' }))
      expect(blocked).toMatchObject({ code: 'path_conflict', conflictingMemoryId: blocker.id })
      expect(await paths()).toEqual(['/a/x', '/a/y/z', '/b/y'])
      const { results } = await apply({ type: 'move', from: '/a/', to: '/c/' })
      expect(results).toMatchObject([
        {
          memories: [
            { id: x.id, path: '/c/x' },
            { id: y.id, path: '/c/y/z' },
          ],
        },
      ])
      const moved = await api.getMemory({ storeId, memoryId: y.id })
      expect(moved).toMatchObject({ path: '/c/y/z', content: 'two', createdAt: y.createdAt })
    })
  })

  describe('the change feed', () => {
    const kinds = (changes: readonly Change[]) => changes.map(({ kind }) => kind)

    test('[R-own-2] numbers every change of a store densely, in order', async () => {
      const memory = await create('/a', 'one')
      const updated = await api.updateMemory({ storeId, memoryId: memory.id, path: '/b' })
      await api.redactVersion({ storeId, versionId: memory.versionId })
      await api.updateStore({ storeId, name: 'y' })
      await api.deleteMemory({ storeId, memoryId: memory.id })
      await api.archiveStore({ storeId })
      const { changes, seq } = await api.listChanges({ storeId })
      expect(kinds(changes)).toEqual([
        'store_created',
        'created',
        'modified',
        'redacted',
        'store_updated',
        'deleted',
        'store_archived',
      ])
      expect(changes.map((change) => change.seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
      expect(seq).toBe(7)
      const { actor } = await api.whoAmI()
      expect(new Set(changes.map((change) => change.actor))).toEqual(new Set([actor]))
      expect(changes[1]).toMatchObject({ memoryId: memory.id, versionId: memory.versionId })
      // What was redacted since has no path any more, here too.
      expect(changes[1]?.path).toBeUndefined()
      expect(changes[2]).toMatchObject({ versionId: updated.versionId, path: '/b' })
      expect(changes[3]).toMatchObject({ versionId: memory.versionId })
    })

    test('[R-own-2] resumes behind any change, in pages of any size', async () => {
      for (const path of ['/a', '/b', '/c', '/d']) await create(path)
      for (const limit of [1, 2, 5]) {
        const seen: number[] = []
        for (let after = 0; ;) {
          const page = await api.listChanges({ storeId, after, limit })
          if (page.changes.length === 0) break
          seen.push(...page.changes.map(({ seq }) => seq))
          after = page.seq
        }
        expect(seen).toEqual([1, 2, 3, 4, 5])
      }
      expect(await outcome(api.listChanges({ storeId, after: -1 }))).toBe('invalid')
      expect(await outcome(api.listChanges({ storeId, limit: 1_001 }))).toBe('invalid')
    })

    test('[R-own-2] is filtered by where a memory is or was', async () => {
      const inside = await create('/in/a')
      await create('/out/b')
      await api.updateMemory({ storeId, memoryId: inside.id, path: '/out/a' })
      await api.updateMemory({ storeId, memoryId: inside.id, content: 'outside' })
      const { changes, seq } = await api.listChanges({ storeId, pathPrefix: '/in/' })
      expect(changes.map(({ kind, path }) => [kind, path])).toEqual([
        ['created', '/in/a'],
        ['modified', '/out/a'],
      ])
      expect(changes[1]?.previousPath).toBe('/in/a')
      expect(seq).toBe(5)
    })

    test('[R-own-2] waits for the next change when asked to', async () => {
      const { seq: after } = await api.listChanges({ storeId })
      const idle = await api.listChanges({ storeId, after, waitMs: 50 })
      expect(idle).toEqual({ changes: [], seq: after })
      const waiting = api.listChanges({ storeId, after, waitMs: 30_000 })
      await create('/a')
      expect(kinds((await waiting).changes)).toEqual(['created'])
    })

    test('[R-own-2] is watched without end, old changes first', async () => {
      await create('/a')
      const stop = new AbortController()
      const seen: string[] = []
      for await (const { kind, seq } of api.watchChanges({ storeId, signal: stop.signal })) {
        seen.push(`${seq} ${kind}`)
        if (seq === 2) await create('/b')
        if (seq === 3) stop.abort()
      }
      expect(seen).toEqual(['1 store_created', '2 created', '3 created'])
    })

    test('[R-6.5-3] [R-7.5-5] has nothing of what changed nothing', async () => {
      const memory = await create('/a', 'one')
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'one' })
      await api.updateStore({ storeId, name: 'x' })
      expect((await api.listChanges({ storeId })).seq).toBe(2)
    })
  })

  test('[R-own-3] usage counts what is live and what is kept, beside the limits', async () => {
    const memory = await create('/a', 'four')
    await create('/b', '\u00e9')
    await api.updateMemory({ storeId, memoryId: memory.id, content: 'seventy' })
    await api.deleteMemory({ storeId, memoryId: memory.id })
    expect(await api.getUsage({ storeId })).toMatchObject({
      storeId,
      seq: 5,
      memories: 1,
      contentBytes: 2,
      versions: 4,
      historyFrom: expect.any(Number) as number,
      memoriesMax: 2_000,
      contentBytesMax: 104_857_600,
      versionsMax: 250_000,
    })
  })
}
