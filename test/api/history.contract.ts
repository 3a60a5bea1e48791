import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { isDirectory, type Memory } from '../../src/domain/memory/memory.ts'
import { collect, newTenant, pathsOf, refusal, type World } from '../support/world.ts'

/** A store after one of its changes: what lives where. */
interface Snapshot {
  readonly seq: number
  readonly memories: readonly Memory[]
}

/** Messages name the field first; over HTTP that is all that tells it. */
const about = (field: string): unknown => expect.stringContaining(`${field}: `)

export function historyContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    const tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, content = 'text') => api.createMemory({ storeId, path, content })
  const update = (memory: Memory, change: { content?: string; path?: string }) =>
    api.updateMemory({ storeId, memoryId: memory.id, ...change })
  const remove = (memory: Memory) => api.deleteMemory({ storeId, memoryId: memory.id })
  const seqNow = async () => (await api.getUsage({ storeId })).seq
  const listAt = (atSeq: number, depth = 0) =>
    collect((page) => api.listMemoriesAsOf({ storeId, atSeq, depth, view: 'full', page }))

  async function snapshot(): Promise<Snapshot> {
    const items = await collect((page) => api.listMemories({ storeId, view: 'full', page }))
    return {
      seq: await seqNow(),
      memories: items.filter((item): item is Memory => !isDirectory(item)),
    }
  }

  /** Creates, edits, moves, deletes, re-creation at a path, batches; a snapshot after each. */
  async function eventful(): Promise<Snapshot[]> {
    const taken: Snapshot[] = [await snapshot()]
    const note = async (done: Promise<unknown>) => {
      await done
      taken.push(await snapshot())
    }
    const a = await create('/a', 'a1')
    await note(Promise.resolve())
    const b = await create('/d/b', 'b1')
    await note(update(a, { content: 'a2' }))
    await note(update(a, { path: '/d/a' }))
    await note(create('/a', 'another a'))
    await note(update(a, { content: 'a3', path: '/e/a' }))
    await note(remove(b))
    await note(create('/d/b', 'another b'))
    await note(
      api.applyBatch({ storeId, operations: [{ type: 'move', from: '/d/', to: '/f/g/' }] }),
    )
    await note(
      api.applyBatch({
        storeId,
        operations: [
          { type: 'delete', target: { path: '/a' } },
          { type: 'create', path: '/a/deep/er', content: '' },
          { type: 'update', target: { path: '/e/a' }, path: '/d/b' },
          { type: 'create', path: '/e/a', content: 'third' },
        ],
      }),
    )
    await note(update(a, { path: '/d/c' }))
    await note(update(a, { path: '/d/b' }))
    return taken
  }

  describe('a store as of a sequence', () => {
    test('reads as it was: the list, the directories, every memory by path and by id', async () => {
      const snapshots = await eventful()
      for (const { seq, memories } of snapshots) {
        expect(await listAt(seq)).toEqual(memories)
        for (const memory of memories) {
          const { id: memoryId, path } = memory
          expect(await api.getMemoryAsOf({ storeId, atSeq: seq, path })).toEqual(memory)
          expect(await api.getMemoryAsOf({ storeId, atSeq: seq, memoryId })).toEqual(memory)
        }
        const children = memories.map(({ path }) => /^\/[^/]+\/?/.exec(path)?.[0])
        expect(pathsOf(await listAt(seq, 1))).toEqual([...new Set(children)])
      }
    })

    test('pages stay at the moment of the first, and go by any limit', async () => {
      const snapshots = await eventful()
      const { seq, memories } = snapshots.at(-3) ?? { seq: 0, memories: [] }
      const first = await api.listMemoriesAsOf({ storeId, limit: 1 })
      await create('/0')
      const rest = await collect((page) =>
        api.listMemoriesAsOf({ storeId, limit: 1, page: page ?? first.nextPage }),
      )
      expect(pathsOf([...first.items, ...rest])).toEqual(pathsOf(snapshots.at(-1)?.memories ?? []))
      const paged = await collect((page) =>
        api.listMemoriesAsOf({ storeId, atSeq: seq, limit: 1, page }),
      )
      expect(pathsOf(paged)).toEqual(pathsOf(memories))
      const other = api.listMemoriesAsOf({ storeId, atSeq: seq + 1, page: first.nextPage })
      expect(await refusal(other)).toMatchObject({ code: 'invalid', message: about('page') })
    })

    test('a prefix reads as it was, also by directories', async () => {
      await eventful()
      const memories = await listAt(await seqNow())
      const below = memories.filter((item) => !isDirectory(item) && item.path.startsWith('/f/'))
      const input = { storeId, pathPrefix: '/f/' }
      expect(pathsOf((await api.listMemoriesAsOf(input)).items)).toEqual(pathsOf(below))
      const children = await api.listMemoriesAsOf({ ...input, depth: 1 })
      expect(pathsOf(children.items)).toEqual(['/f/g/'])
    })

    test('what did not live then is not found', async () => {
      const before = await seqNow()
      const memory = await create('/a')
      const asOf = (input: object) => refusal(api.getMemoryAsOf({ storeId, ...input }))
      expect(await asOf({ path: '/a', atSeq: before })).toMatchObject({ code: 'not_found' })
      expect(await asOf({ memoryId: memory.id, atSeq: before })).toMatchObject({
        code: 'not_found',
      })
      await remove(memory)
      expect(await asOf({ path: '/a' })).toMatchObject({ code: 'not_found' })
      expect(await asOf({ path: '/a', memoryId: memory.id })).toMatchObject({
        message: about('path'),
      })
      expect(await asOf({})).toMatchObject({ code: 'invalid', message: about('path') })
    })

    test('what was redacted since is left out, and what was before it is not shown instead', async () => {
      const memory = await create('/a', 'one')
      const first = await seqNow()
      const second = await update(memory, { content: 'secret' })
      const secret = await seqNow()
      await update(memory, { content: 'three' })
      const third = await seqNow()
      await api.redactVersion({ storeId, versionId: second.versionId })
      expect(pathsOf(await listAt(first))).toEqual(['/a'])
      expect(await listAt(secret)).toEqual([])
      expect(pathsOf(await listAt(third))).toEqual(['/a'])
      const then = api.getMemoryAsOf({ storeId, path: '/a', atSeq: secret })
      expect(await refusal(then)).toMatchObject({ code: 'not_found' })
      await remove(memory)
      expect(pathsOf(await listAt(third))).toEqual(['/a'])
    })
  })

  describe('a moment', () => {
    test('is a time as well as a sequence, and says where it stands', async () => {
      const memory = await create('/a')
      const seq = await seqNow()
      const { at } = await api.getMoment({ storeId })
      expect(at).toBe(memory.createdAt)
      expect(await api.getMoment({ storeId, atSeq: seq })).toMatchObject({
        seq,
        at,
        isComplete: true,
        historyFrom: 1,
        headSeq: seq,
        headAt: at,
      })
      expect(await api.getMoment({ storeId, at: memory.createdAt })).toMatchObject({ seq })
      expect(await api.getMoment({ storeId, at: memory.createdAt + 1e10 })).toMatchObject({ seq })
      const early = await api.getMoment({ storeId, at: 1 })
      expect(early).toMatchObject({ seq: 0, at: undefined, isComplete: false })
    })

    test('before the store was made, or behind its newest change, is refused', async () => {
      const early = api.listMemoriesAsOf({ storeId, at: 1 })
      expect(await refusal(early)).toMatchObject({
        code: 'invalid',
        detail: 'moment_before_history',
        message: expect.stringMatching(/^at: is before the store was made \(20\d\d-.*Z\)$/),
      })
      for (const late of [
        () => api.listMemoriesAsOf({ storeId, atSeq: 99 }),
        () => api.getMoment({ storeId, atSeq: 99 }),
        () => api.getMemoryAsOf({ storeId, atSeq: 99, path: '/a' }),
      ]) {
        expect(await refusal(late())).toMatchObject({ code: 'invalid', message: about('at_seq') })
      }
      const both = api.getMoment({ storeId, atSeq: 1, at: 1 })
      expect(await refusal(both)).toMatchObject({ code: 'invalid', message: about('at') })
    })
  })

  describe('the log', () => {
    test('tells everything, newest first, with the version before each', async () => {
      const memory = await create('/a', 'one')
      const moved = await update(memory, { path: '/b/c', content: 'two' })
      await remove(memory)
      await api.redactVersion({ storeId, versionId: memory.versionId })
      const log = await collect((page) => api.listLog({ storeId, limit: 2, page }))
      expect(log).toMatchObject([
        { seq: 5, kind: 'redacted', versionId: memory.versionId, memoryId: memory.id },
        { seq: 4, kind: 'deleted', path: '/b/c', previousVersionId: moved.versionId },
        { seq: 3, kind: 'modified', path: '/b/c', previousVersionId: memory.versionId },
        { seq: 2, kind: 'created', path: undefined, previousVersionId: undefined },
        { seq: 1, kind: 'store_created', memoryId: undefined },
      ])
    })

    test('every filter keeps what it says', async () => {
      const memory = await create('/a', 'one')
      const other = await create('/d/x', 'other')
      await update(memory, { path: '/d/b' })
      await remove(other)
      const seqs = async (input: object) =>
        (await api.listLog({ storeId, ...input })).items.map(({ seq }) => seq)
      const { actor } = await api.whoAmI()
      expect(await seqs({ path: '/a' })).toEqual([4, 2])
      expect(await seqs({ pathPrefix: '/d/' })).toEqual([5, 4, 3])
      expect(await seqs({ memoryId: other.id })).toEqual([5, 3])
      expect(await seqs({ memoryId: 'mem_x' })).toEqual([])
      expect(await seqs({ operations: ['deleted', 'store_created'] })).toEqual([5, 1])
      expect(await seqs({ actor })).toEqual([5, 4, 3, 2, 1])
      expect(await seqs({ apiKeyId: actor, operations: ['modified'] })).toEqual([4])
      expect(await seqs({ apiKeyId: actor, sessionId: 'sesn_x' })).toEqual([])
      expect(await seqs({ createdFrom: memory.createdAt, createdTo: 1e13, limit: 1 })).toEqual([5])
      expect(await seqs({ createdTo: 1 })).toEqual([])
      const wrong = api.listLog({ storeId, operations: ['wrong'] })
      expect(await refusal(wrong)).toMatchObject({
        code: 'invalid',
        message: about('operations[]'),
      })
    })
  })

  describe('blame', () => {
    const blame = async (input: object) => {
      const { ranges } = await api.getBlame({ storeId, ...input })
      return ranges.map(({ lines, origin, ...range }) => ({
        lines,
        id: origin.versionId,
        ...range,
      }))
    }

    test('names the version that each line came from', async () => {
      const memory = await create('/a', 'one\ntwo\nthree\n')
      const second = await update(memory, { content: 'one\nTWO\nthree\n', path: '/b' })
      const third = await update(memory, { content: 'zero\none\nTWO\nthree\nfour' })
      expect(await blame({ path: '/b' })).toMatchObject([
        { startLine: 1, lines: ['zero'], id: third.versionId },
        { startLine: 2, lines: ['one'], id: memory.versionId },
        { startLine: 3, lines: ['TWO'], id: second.versionId },
        { startLine: 4, lines: ['three'], id: memory.versionId },
        { startLine: 5, lines: ['four'], id: third.versionId, isBoundary: false },
      ])
      expect(await blame({ versionId: memory.versionId })).toHaveLength(1)
      expect(await blame({ memoryId: memory.id, atSeq: 3 })).toHaveLength(3)
      const { actor } = await api.whoAmI()
      const { ranges } = await api.getBlame({ storeId, path: '/b' })
      expect(ranges[0]?.origin).toMatchObject({ createdBy: actor, seq: 4 })
    })

    test('says where a redacted version may have been the origin, and shows nothing of it', async () => {
      const memory = await create('/a', 'one\n')
      const secret = await update(memory, { content: 'one\nsecret\nkept\n' })
      const last = await update(memory, { content: 'one\nkept\nlast\n' })
      await api.redactVersion({ storeId, versionId: secret.versionId })
      expect(await blame({ path: '/a' })).toMatchObject([
        { lines: ['one'], id: memory.versionId, isRedacted: false },
        { lines: ['kept', 'last'], id: last.versionId, isRedacted: true },
      ])
      const gone = api.getBlame({ storeId, versionId: secret.versionId })
      expect(await refusal(gone)).toMatchObject({ code: 'not_found' })
    })

    test('of nothing, or of too much, is refused', async () => {
      const memory = await create('/a', '')
      expect(await blame({ path: '/a' })).toEqual([])
      const refused = (input: object) => refusal(api.getBlame({ storeId, ...input }))
      expect(await refused({ path: '/none' })).toMatchObject({ code: 'not_found' })
      expect(await refused({})).toMatchObject({ code: 'invalid', message: about('path') })
      const both = { versionId: memory.versionId, atSeq: 1 }
      expect(await refused(both)).toMatchObject({ code: 'invalid', message: about('version_id') })
    })
  })

  describe('a diff', () => {
    test('of two versions has the lines that changed', async () => {
      const memory = await create('/a', 'one\ntwo\n')
      const { versionId: toVersion } = await update(memory, { content: 'one\n2\n' })
      const diff = await api.getDiff({ storeId, fromVersion: memory.versionId, toVersion })
      expect(diff.files).toMatchObject([
        { status: 'modified', path: '/a', memoryId: memory.id, toVersionId: toVersion },
      ])
      expect(diff.unified).toBe(
        'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n',
      )
    })

    test('of two moments has every memory that differs, page by page, and back again', async () => {
      await create('/same', 'same')
      const memory = await create('/a', 'one\n')
      const gone = await create('/gone', 'gone\n')
      const fromSeq = await seqNow()
      await update(memory, { path: '/moved' })
      await remove(gone)
      await create('/new', 'new\n')
      const files = await collect(async (page) => {
        const diff = await api.getDiff({ storeId, fromSeq, limit: 1, page })
        return { items: diff.files, nextPage: diff.nextPage }
      })
      const told = (all: readonly (typeof files)[number][]) =>
        all.map(({ status, path, previousPath }) => [status, path, previousPath])
      expect(told(files)).toEqual([
        ['removed', '/gone', undefined],
        ['moved', '/moved', '/a'],
        ['added', '/new', undefined],
      ])
      const back = await api.getDiff({ storeId, fromSeq: await seqNow(), toSeq: fromSeq })
      expect(told(back.files)).toEqual([
        ['moved', '/a', '/moved'],
        ['added', '/gone', undefined],
        ['removed', '/new', undefined],
      ])
      const only = await api.getDiff({ storeId, fromSeq, path: '/moved' })
      expect(told(only.files)).toEqual([['moved', '/moved', '/a']])
      expect((await api.getDiff({ storeId, fromSeq, toSeq: fromSeq })).files).toEqual([])
    })

    test('of two stores compares by path', async () => {
      const { id: toStoreId } = await api.createStore({ name: 'other' })
      await create('/a', 'one\n')
      await create('/b', 'same\n')
      await api.createMemory({ storeId: toStoreId, path: '/a', content: 'two\n' })
      await api.createMemory({ storeId: toStoreId, path: '/b', content: 'same\n' })
      await api.createMemory({ storeId: toStoreId, path: '/c', content: 'new\n' })
      const diff = await api.getDiff({ storeId, toStoreId })
      expect(diff.files.map(({ status, path }) => [status, path])).toEqual([
        ['modified', '/a'],
        ['added', '/c'],
      ])
    })

    test('shows what is redacted as redacted', async () => {
      const memory = await create('/a', 'secret')
      const fromSeq = await seqNow()
      await update(memory, { content: 'two' })
      await api.redactVersion({ storeId, versionId: memory.versionId })
      const diff = await api.getDiff({ storeId, fromSeq })
      expect(diff.files).toMatchObject([{ status: 'modified', isRedacted: true, hunks: [] }])
      expect(diff.unified).toBe('Redacted: /a\n')
    })

    test('of things that do not go together is refused', async () => {
      const { versionId } = await create('/a')
      const refused = (input: object) => refusal(api.getDiff({ storeId, ...input }))
      expect(await refused({})).toMatchObject({ code: 'invalid', message: about('from_at') })
      expect(await refused({ fromVersion: versionId })).toMatchObject({
        message: about('to_version'),
      })
      const mixed = { fromVersion: versionId, toVersion: versionId, fromSeq: 1 }
      expect(await refused(mixed)).toMatchObject({ message: about('from_version') })
      expect(await refused({ fromSeq: 1, context: 101 })).toMatchObject({
        message: about('context'),
      })
      expect(await refused({ fromSeq: 99 })).toMatchObject({ message: about('from_seq') })
      expect(await refused({ fromSeq: 1, toStoreId: 'memstore_x' })).toMatchObject({
        code: 'not_found',
      })
    })
  })
}
