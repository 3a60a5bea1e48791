import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { ImportOperation } from '../../src/api/transfer.ts'
import { newTenant, outcome, pathsOf, type Tenant, type World } from '../support/world.ts'

export function transferContract(given: { readonly world: World }): void {
  let tenant: Tenant
  let api: Api
  let storeId: string

  beforeEach(async () => {
    tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const exported = async () => (await api.exportHistory({ storeId, limit: 1_000 })).entries
  const bring = async (...operations: ImportOperation[]) => {
    const { seq: expectedSeq } = await api.getUsage({ storeId })
    return api.importHistory({ storeId, expectedSeq, operations })
  }
  const create = (path: string, content = 'text', claimed: unknown = {}): ImportOperation => ({
    type: 'create',
    path,
    content,
    claimed,
  })

  describe('the export of a history', () => {
    test('[R-own-22] has every change in order with its content', async () => {
      const a = await api.createMemory({ storeId, path: '/a', content: 'one' })
      await api.updateMemory({ storeId, memoryId: a.id, content: 'two\0\u{1f600}' })
      await api.updateMemory({ storeId, memoryId: a.id, path: '/b' })
      await api.deleteMemory({ storeId, memoryId: a.id })
      const entries = await exported()
      expect(
        entries.map(({ kind, path, previousPath, content }) => [kind, path, previousPath, content]),
      ).toEqual([
        ['store_created', undefined, undefined, undefined],
        ['created', '/a', undefined, 'one'],
        ['modified', '/a', undefined, 'two\0\u{1f600}'],
        ['modified', '/b', '/a', 'two\0\u{1f600}'],
        ['deleted', '/b', undefined, undefined],
      ])
      const { changes } = await api.listChanges({ storeId })
      expect(entries).toMatchObject(changes)
    })

    test('[R-own-22] leaves out what was redacted, and says so', async () => {
      const a = await api.createMemory({ storeId, path: '/a', content: 'a secret' })
      await api.updateMemory({ storeId, memoryId: a.id, content: 'two' })
      await api.redactVersion({ storeId, versionId: a.versionId })
      const [, first, , redaction] = await exported()
      expect(first).toMatchObject({ kind: 'created', path: undefined, content: undefined })
      expect(first?.redactedAt).toBeGreaterThan(0)
      expect(first?.redactedBy).toBe((await api.whoAmI()).actor)
      expect(redaction).toMatchObject({ kind: 'redacted', versionId: a.versionId })
    })

    test('[R-own-22] goes on page by page, also where content ends a page', async () => {
      const content = 'x'.repeat(102_400)
      for (let index = 0; index < 45; index += 1) {
        await api.createMemory({
          storeId,
          path: `/m${index}`,
          content: `${content.slice(2)}${index % 10}`,
        })
      }
      const seen: number[] = []
      const sizes: number[] = []
      for (let after = 0; ;) {
        const page = await api.exportHistory({ storeId, after, limit: 1_000 })
        if (page.entries.length === 0) break
        sizes.push(page.entries.length)
        seen.push(...page.entries.map(({ seq }) => seq))
        after = page.seq
      }
      expect(seen).toEqual(Array.from({ length: 46 }, (_, index) => index + 1))
      expect(sizes.length).toBeGreaterThan(1)
      expect(await outcome(api.exportHistory({ storeId, limit: 1_001 }))).toBe('invalid')
      expect(await outcome(api.exportHistory({ storeId, after: -1 }))).toBe('invalid')
    })
  })

  describe('an import', () => {
    test('[R-own-23] keeps claims beside what the server saw', async () => {
      const claimed = {
        storeId: 's',
        versionId: 'v',
        seq: 9,
        actor: 'sesn_1',
        at: 1_000,
        door: 'mount',
      }
      const before = Date.now()
      await bring(
        create('/a', 'one', claimed),
        { type: 'update', at: '/a', path: '/b', claimed: { ...claimed, origin: { actor: 'x' } } },
        { type: 'delete', at: '/b', claimed: { actor: 'user_1', unknown: 1 } },
      )
      const { changes } = await api.listChanges({ storeId, after: 1 })
      const { actor } = await api.whoAmI()
      expect(changes).toMatchObject([
        { kind: 'created' },
        { kind: 'modified' },
        { kind: 'deleted' },
      ])
      for (const change of changes) {
        expect(change).toMatchObject({ actor, door: 'import' })
        expect(change.at).toBeGreaterThanOrEqual(before - 5_000)
      }
      expect(changes.map((change) => change.claimed)).toEqual([
        claimed,
        { ...claimed, origin: { actor: 'x' } },
        { actor: 'user_1' },
      ])
      const { items } = await api.listVersions({ storeId })
      expect(items.map(({ createdBy }) => createdBy)).toEqual([actor, actor, actor])
      expect(Object.keys(items[0] ?? {})).not.toContain('claimed')
    })

    test('[R-own-23] moves a directory with a claim for each memory, and redacts', async () => {
      await bring(create('/a/x'), create('/a/y'))
      const move = { type: 'move', from: '/a/', to: '/b/' } as const
      expect(await outcome(bring({ ...move, claims: [{ seq: 1 }] }))).toBe('invalid')
      const { seq } = await bring({ ...move, claims: [{ seq: 1 }, { seq: 2 }] })
      const { changes } = await api.listChanges({ storeId, after: seq - 2 })
      expect(changes.map(({ path, claimed }) => [path, claimed?.seq])).toEqual([
        ['/b/x', 1],
        ['/b/y', 2],
      ])
      const { items } = await api.listVersions({ storeId, operation: 'created' })
      const versionId = items[0]?.id ?? ''
      const redact = { type: 'redact', versionId, claimed: { actor: 'user_9' } } as const
      expect(await outcome(bring(redact, create('/z')))).toBe('invalid')
      await bring(redact)
      const entries = await exported()
      expect(entries.at(-1)).toMatchObject({ kind: 'redacted', claimed: { actor: 'user_9' } })
    })

    test('[R-own-24] is refused whole, for a bad operation and for another state', async () => {
      await bring(create('/a'))
      const before = await api.getUsage({ storeId })
      const bad: readonly [ImportOperation, string][] = [
        [create('/a'), 'path_conflict'],
        [create('no'), 'invalid'],
        [create('/b', '\ud800'), 'invalid'],
        [create('/b', 'x', { actor: 'a\nb' }), 'invalid'],
        [create('/b', 'x', { actor: '' }), 'invalid'],
        [create('/b', 'x', { actor: 'a'.repeat(256) }), 'invalid'],
        [create('/b', 'x', { seq: 1.5 }), 'invalid'],
        [{ type: 'update', at: '/none', content: '', claimed: {} }, 'not_found'],
        [{ type: 'delete', at: '/none', claimed: {} }, 'not_found'],
        [{ type: 'move', from: '/no/', to: '/x/', claims: [] }, 'not_found'],
        [{ type: 'redact', versionId: 'memver_1', claimed: {} }, 'invalid'],
      ]
      for (const [operation, code] of bad) {
        const result = await outcome(bring(create('/good'), operation))
        expect(result, JSON.stringify(operation)).toBe(code)
      }
      for (const expectedSeq of [before.seq - 1, before.seq + 1]) {
        const stale = api.importHistory({ storeId, expectedSeq, operations: [create('/good')] })
        expect(await outcome(stale)).toBe('precondition_failed')
      }
      expect(await api.getUsage({ storeId })).toEqual(before)
      expect(pathsOf((await api.listMemories({ storeId })).items)).toEqual(['/a'])
      expect(await outcome(bring(create('/good', 'x', { actor: 'a'.repeat(255) })))).toBe('done')
    })

    test('[R-own-24] of commands that depend on each other on one path', async () => {
      await bring(
        create('/a', 'one'),
        { type: 'update', at: '/a', content: 'two', claimed: {} },
        { type: 'update', at: '/a', path: '/b', claimed: {} },
        create('/a', 'three'),
        { type: 'delete', at: '/a', claimed: {} },
        create('/a/c', 'four'),
      )
      expect(pathsOf((await api.listMemories({ storeId })).items)).toEqual(['/a/c', '/b'])
      const stale = api.importHistory({
        storeId,
        expectedSeq: 1,
        operations: [create('/z'), { type: 'delete', at: '/z', claimed: {} }],
      })
      expect(await outcome(stale)).toBe('precondition_failed')
    })

    test('[R-own-23] is for admins', async () => {
      const writer = await tenant.as('read_write')
      const operations = [create('/a')]
      expect(await outcome(writer.importHistory({ storeId, expectedSeq: 1, operations }))).toBe(
        'forbidden',
      )
    })
  })
}
