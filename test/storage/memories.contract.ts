import { describe, expect, test } from 'vitest'
import { makeStoreId, makeWorkspaceId } from '../../src/domain/ids.ts'
import { parseContent } from '../../src/domain/memory/content.ts'
import { newScribe, Scribe, type UpdateWish } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'
import { outcome, refusal } from '../support/world.ts'

const shaOf = (text: string) => parseContent(text).sha256

export function memoriesContract(given: Given): void {
  describe('create', () => {
    test('makes a memory whose first version is its head', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/notes/a.md', 'hello')
      expect(head).toMatchObject({
        path: '/notes/a.md',
        firstSeq: 2,
        headSeq: 2,
        sha256: shaOf('hello'),
        sizeBytes: 5,
      })
      expect(head.createdAt).toBe(head.updatedAt)
      expect(await scribe.memory(head)).toEqual({
        id: scribe.idOf(head),
        storeId: scribe.storeId,
        path: '/notes/a.md',
        versionId: scribe.versionIdOf(head),
        sha256: shaOf('hello'),
        sizeBytes: 5,
        createdAt: head.createdAt,
        updatedAt: head.createdAt,
        content: 'hello',
      })
      expect(await scribe.usage()).toEqual({
        seq: 2,
        memories: 1,
        contentBytes: 5,
        versions: 1,
        historyFrom: 1,
      })
    })

    test('leaves the content out unless it is asked for', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'hello')
      const { view } = given.storage
      const found = await view.memory(scribe.scope, scribe.idOf(head), { content: false })
      expect(found).toMatchObject({ found: true, value: { path: '/a' } })
      expect(found.found && found.value.content).toBe(undefined)
    })

    const conflicts: [stored: string[], wanted: string, blocker: string | undefined][] = [
      [['/a'], '/a', '/a'],
      [['/a'], '/a/b', '/a'],
      [['/a'], '/a/b/c/d', '/a'],
      [['/a/b/c'], '/a/b', '/a/b/c'],
      [['/a/b/c'], '/a', '/a/b/c'],
      [['/a/z', '/a/b', '/a/b.md'], '/a', '/a/b'],
      [['/a/\u{1F600}', '/a/\uFB03'], '/a', '/a/\uFB03'],
      [['/notes'], '/notes-archive', undefined],
      [['/notes-archive', '/notes.md', '/notes0'], '/notes', undefined],
      [['/a'], '/A', undefined],
      [['/a%'], '/ab', undefined],
      [['/a_'], '/ab', undefined],
      [['/ab'], '/a_/c', undefined],
    ]
    test.each(conflicts)('beside %j, %s is blocked by %s', async (stored, wanted, blocker) => {
      const scribe = await newScribe(given.storage)
      const heads = await scribe.createAll(...stored)
      if (blocker === undefined) {
        expect((await scribe.create(wanted)).path).toBe(wanted)
        return
      }
      const before = await scribe.usage()
      const inTheWay = heads.find((head) => head.path === blocker)!
      expect(await refusal(scribe.create(wanted))).toMatchObject({
        code: 'path_conflict',
        conflictingPath: blocker,
        conflictingMemoryId: scribe.idOf(inTheWay),
      })
      expect(await scribe.usage()).toEqual(before)
    })
  })

  describe('update', () => {
    const current = { content: 'old', path: '/a' }
    const cases: [name: string, wish: UpdateWish, result: string][] = [
      ['no precondition, other content', { content: 'new' }, 'changed'],
      ['no precondition, other path', { path: '/b' }, 'changed'],
      ['no precondition, both', { content: 'new', path: '/b' }, 'changed'],
      ['no precondition, nothing asked', {}, 'unchanged'],
      ['no precondition, the same', { ...current }, 'unchanged'],
      ['matching, other content', { content: 'new', expected: shaOf('old') }, 'changed'],
      ['matching, other path', { path: '/b', expected: shaOf('old') }, 'changed'],
      ['matching, the same', { ...current, expected: shaOf('old') }, 'unchanged'],
      ['matching, nothing asked', { expected: shaOf('old') }, 'unchanged'],
      ['stale, other content', { content: 'new', expected: shaOf('x') }, 'precondition_failed'],
      ['stale, other path', { path: '/b', expected: shaOf('x') }, 'precondition_failed'],
      ['stale, the same', { ...current, expected: shaOf('x') }, 'unchanged'],
      ['stale, the same content', { content: 'old', expected: shaOf('x') }, 'unchanged'],
      ['stale, the same path', { path: '/a', expected: shaOf('x') }, 'unchanged'],
      [
        'stale, the same content elsewhere',
        { content: 'old', path: '/b', expected: shaOf('x') },
        'precondition_failed',
      ],
      ['stale, nothing asked', { expected: shaOf('x') }, 'precondition_failed'],
    ]
    test.each(cases)('%s', async (_name, wish, result) => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'old')
      const updated = scribe.update(head, wish)
      if (result !== 'changed') {
        if (result === 'unchanged') expect(await updated).toEqual(head)
        else expect(await outcome(updated)).toBe(result)
        expect(await scribe.usage()).toMatchObject({ seq: 2, versions: 1, contentBytes: 3 })
        expect(await scribe.memory(head)).toMatchObject({ path: '/a', content: 'old' })
        return
      }
      const path = wish.path ?? '/a'
      const content = wish.content ?? 'old'
      expect(await updated).toMatchObject({ firstSeq: 2, headSeq: 3, path, sha256: shaOf(content) })
      expect(await scribe.memory(head)).toMatchObject({ path, content, id: scribe.idOf(head) })
      expect((await scribe.memory({ path })).content).toBe(content)
      expect(await scribe.usage()).toMatchObject({ seq: 3, versions: 2, memories: 1 })
    })

    const renames: [stored: string[], from: string, to: string, blocker: string | undefined][] = [
      [['/b'], '/a', '/b', '/b'],
      [['/b'], '/a', '/b/c', '/b'],
      [['/b/c', '/b/d'], '/a', '/b', '/b/c'],
      [[], '/a', '/a/b', undefined],
      [[], '/a/b', '/a', undefined],
      [['/a/c'], '/a/b', '/a', '/a/c'],
      [['/a/c'], '/a/b', '/a/c', '/a/c'],
      [['/a/c'], '/a/b', '/a/b/c', undefined],
    ]
    test.each(renames)('beside %j, %s becomes %s unless %s blocks', async (...row) => {
      const [stored, from, to, blocker] = row
      const scribe = await newScribe(given.storage)
      const head = await scribe.create(from)
      await scribe.createAll(...stored)
      const renamed = scribe.update({ path: from }, { path: to })
      if (blocker === undefined) {
        expect(await renamed).toEqual({
          ...head,
          path: to,
          headSeq: head.headSeq + stored.length + 1,
          updatedAt: expect.any(Number),
        })
        expect(await scribe.paths()).toEqual([...stored, to].sort())
      } else {
        const problem = await refusal(renamed)
        expect(problem).toMatchObject({ code: 'path_conflict', conflictingPath: blocker })
        expect(await scribe.paths()).toEqual([...stored, from].sort())
      }
    })

    test('a path that was left is free at once', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a')
      await scribe.update(head, { path: '/b' })
      const other = await scribe.create('/a')
      expect(other.firstSeq).not.toBe(head.firstSeq)
      expect(await scribe.paths()).toEqual(['/a', '/b'])
    })
  })

  describe('delete', () => {
    test('answers with the last state, frees the path and cannot be repeated', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'gone')
      expect(await scribe.remove(head)).toEqual(head)
      expect(await outcome(scribe.remove(head))).toBe('not_found')
      expect(await outcome(scribe.update(head, { content: 'x' }))).toBe('not_found')
      const found = await given.storage.view.memory(scribe.scope, scribe.idOf(head), {
        content: true,
      })
      expect(found).toEqual({ found: false, missing: 'item' })
      expect(await scribe.usage()).toMatchObject({
        seq: 3,
        memories: 0,
        contentBytes: 0,
        versions: 2,
      })
      const again = await scribe.create('/a')
      expect(scribe.idOf(again)).not.toBe(scribe.idOf(head))
    })

    test('with a stale hash refuses and deletes nothing', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'text')
      expect(await outcome(scribe.remove(head, shaOf('other')))).toBe('precondition_failed')
      expect(await scribe.paths()).toEqual(['/a'])
      expect(await scribe.remove({ path: '/a' }, shaOf('text'))).toEqual(head)
    })
  })

  describe('what is not there', () => {
    test('every command names the missing memory', async () => {
      const scribe = await newScribe(given.storage)
      const other = await newScribe(given.storage, scribe.scope.workspaceId)
      const foreign = await other.create('/a')
      const wanted = [
        { id: '' },
        { id: 'mem_nonsense' },
        { id: other.idOf(foreign) },
        { id: scribe.idOf({ ...foreign, firstSeq: 99 }) },
        { path: '/never' },
      ]
      for (const memory of wanted) {
        expect(await outcome(scribe.update(memory, { content: 'x' }))).toBe('not_found')
        expect(await outcome(scribe.remove(memory))).toBe('not_found')
      }
      expect((await scribe.usage()).seq).toBe(1)
    })

    test('the right sequence with the wrong time is another id', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a')
      const id = scribe.idOf({ ...head, createdAt: head.createdAt - 1 })
      expect(await outcome(scribe.remove({ id }))).toBe('not_found')
      const found = await given.storage.view.memory(scribe.scope, id, { content: true })
      expect(found).toEqual({ found: false, missing: 'item' })
    })

    test('a store that is missing, deleted or of another workspace refuses every command', async () => {
      const { storage } = given
      const mine = await newScribe(storage)
      const deleted = await newScribe(storage)
      await deleted.create('/a')
      await deleted.destroy()
      const { storeId } = mine.scope
      const strangers = [
        deleted,
        new Scribe(storage, { ...mine.scope, storeId: makeStoreId(1) }),
        new Scribe(storage, { ...mine.scope, storeId: 'memstore_x' as typeof storeId }),
        new Scribe(storage, { ...mine.scope, storeId: `${storeId}\0` as typeof storeId }),
        new Scribe(storage, { storeId, workspaceId: makeWorkspaceId(1) }),
        new Scribe(storage, { storeId, workspaceId: deleted.scope.workspaceId }),
      ]
      for (const stranger of strangers) {
        const attempts = [
          stranger.create('/a'),
          stranger.update({ path: '/a' }, { content: 'x' }),
          stranger.remove({ path: '/a' }),
          stranger.move('/a/', '/b/'),
          stranger.batch(stranger.createCommand('/a', 'x')),
          stranger.redact('memver_x'),
          stranger.patchStore({ name: 'x' }),
          stranger.archive(),
          stranger.destroy(),
        ]
        const codes = await Promise.all(attempts.map(outcome))
        expect(new Set(codes)).toEqual(new Set(['not_found']))
      }
      expect((await mine.usage()).seq).toBe(1)
    })
  })

  describe('the order of checks', () => {
    test('a missing memory comes before an archived store, and that before everything else', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'old')
      await scribe.createAll('/b')
      await scribe.archive()
      expect(await outcome(scribe.update({ path: '/x' }, { content: 'x' }))).toBe('not_found')
      expect(await outcome(scribe.move('/x/', '/y/'))).toBe('not_found')
      for (const wish of [{ path: '/b', expected: shaOf('x') }, { content: 'old' }, {}]) {
        expect(await outcome(scribe.update(head, wish))).toBe('archived')
      }
      expect(await outcome(scribe.create('/a'))).toBe('archived')
      expect(await outcome(scribe.remove(head, shaOf('x')))).toBe('precondition_failed')
    })

    test('a stale precondition comes before a path conflict', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'old')
      await scribe.create('/b')
      const stale = { path: '/b', expected: shaOf('x') }
      expect(await outcome(scribe.update(head, stale))).toBe('precondition_failed')
      expect(await outcome(scribe.update(head, { path: '/b' }))).toBe('path_conflict')
    })

    test('a path conflict comes before a capacity limit', async () => {
      await using opened = await given.open({
        limits: {
          storeMemoriesMax: 1,
          storeBytesMax: 4,
          storeVersionsMax: 1,
          workspaceStoresMax: 1,
        },
      })
      const scribe = await newScribe(opened.storage)
      await scribe.create('/a', 'full')
      expect(await outcome(scribe.create('/a/b'))).toBe('path_conflict')
      expect(await refusal(scribe.create('/b'))).toMatchObject({ limit: 'memory_store_full' })
    })
  })
}
