import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { isDirectory, type Memory } from '../../src/domain/memory/memory.ts'
import { collect, newTenant, outcome, refusal, type Tenant, type World } from '../support/world.ts'

/** Messages name the field first; over HTTP that is all that tells it. */
const about = (field: string): unknown => expect.stringContaining(`${field}: `)

export function undoContract(given: { readonly world: World }): void {
  let tenant: Tenant
  let api: Api
  let storeId: string

  beforeEach(async () => {
    tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, content = 'text', by = api) =>
    by.createMemory({ storeId, path, content })
  const update = (
    memory: Pick<Memory, 'id'>,
    change: { content?: string; path?: string },
    by = api,
  ) => by.updateMemory({ storeId, memoryId: memory.id, ...change })
  const remove = (memory: Memory, by = api) => by.deleteMemory({ storeId, memoryId: memory.id })
  const seqNow = async () => (await api.getUsage({ storeId })).seq

  /** What lives where, by the ids of the memories. */
  async function state() {
    const items = await collect((page) => api.listMemories({ storeId, view: 'full', page }))
    const memories = items.filter((item): item is Memory => !isDirectory(item))
    return memories.map(({ path, id, content }) => ({ path, id, content }))
  }

  describe('a restore of a store', () => {
    test('to a moment makes it what it was: moved, changed, deleted and new memories', async () => {
      const a = await create('/a', 'a1')
      const b = await create('/b', 'b1')
      const c = await create('/d/c', 'c1')
      const before = await state()
      const atSeq = await seqNow()
      // The paths of a and b change places; c goes; another takes what was a directory.
      await update(a, { path: '/tmp' })
      await update(b, { path: '/a' })
      await update(a, { path: '/b', content: 'a2' })
      await remove(c)
      await create('/d', 'in the way')
      const changed = await seqNow()
      const plan = await api.restore({ storeId, atSeq, dryRun: true })
      expect(await seqNow()).toBe(changed)
      expect(plan).toMatchObject({ type: 'restore', isDryRun: true, seq: changed, conflicts: [] })
      const done = await api.restore({ storeId, atSeq, expectedSeq: plan.seq })
      expect(await state()).toEqual(before)
      expect(done.seq).toBe(changed + 4)
      const told = done.changes.map(({ action, path, previousPath }) => [
        action,
        path,
        previousPath,
      ])
      expect(told).toEqual([
        ['update', '/a', '/b'],
        ['move', '/b', '/a'],
        ['delete', '/d', undefined],
        ['revive', '/d/c', undefined],
      ])
      const withoutIds = ({ changes }: typeof plan) =>
        changes.map((change) => ({ ...change, versionId: undefined }))
      expect(withoutIds(done)).toEqual(withoutIds(plan))
      const again = await api.restore({ storeId, atSeq })
      expect(again).toMatchObject({ changes: [], seq: done.seq })
    })

    test('brings a deleted memory back with the history of its id', async () => {
      const memory = await create('/a', 'one')
      const atSeq = await seqNow()
      await remove(memory)
      const { changes } = await api.restore({ storeId, atSeq })
      const { items } = await api.listVersions({ storeId, memoryId: memory.id })
      expect(items.map(({ operation }) => operation)).toEqual(['created', 'deleted', 'created'])
      expect(items[0]?.id).toBe(changes[0]?.versionId)
      const back = await api.getMemory({ storeId, memoryId: memory.id })
      expect(back).toMatchObject({ path: '/a', content: 'one', createdAt: memory.createdAt })
      await update(memory, { content: 'two' })
      await remove(memory)
      await api.restore({ storeId, atSeq: (await seqNow()) - 1 })
      expect((await api.getMemory({ storeId, memoryId: memory.id })).content).toBe('two')
      const { memories, contentBytes } = await api.getUsage({ storeId })
      expect({ memories, contentBytes }).toEqual({ memories: 1, contentBytes: 3 })
    })

    test('leaves what is redacted as it is, and says so', async () => {
      const memory = await create('/a', 'secret')
      const atSeq = await seqNow()
      await update(memory, { content: 'two' })
      await create('/b')
      await api.redactVersion({ storeId, versionId: memory.versionId })
      const plan = await api.restore({ storeId, atSeq })
      expect(plan.conflicts).toMatchObject([
        { reason: 'redacted', memoryId: memory.id, path: '/a', versionId: memory.versionId },
      ])
      expect((await state()).map(({ path }) => path)).toEqual(['/a'])
    })

    test('is refused as a whole: archived, changed since the plan, or out of range', async () => {
      const memory = await create('/a', 'one')
      const atSeq = await seqNow()
      await update(memory, { content: 'two' })
      const before = await state()
      const refused = (input: object) => refusal(api.restore({ storeId, ...input }))
      expect(await refused({ atSeq, expectedSeq: atSeq })).toMatchObject({ code: 'stale_version' })
      expect(await refused({ atSeq: 99 })).toMatchObject({
        code: 'invalid',
        message: about('at_seq'),
      })
      expect(await refused({ at: 1 })).toMatchObject({ detail: 'moment_before_history' })
      expect(await refused({})).toMatchObject({ code: 'invalid', message: about('at') })
      expect(await refused({ atSeq, path: '/a', pathPrefix: '/' })).toMatchObject({
        message: about('path'),
      })
      expect(await refused({ atSeq, path: '/none' })).toMatchObject({ code: 'not_found' })
      expect(await refused({ atSeq, pathPrefix: '/none/' })).toMatchObject({ code: 'not_found' })
      expect(await refused({ atSeq, memoryId: 'mem_x' })).toMatchObject({ code: 'not_found' })
      await api.archiveStore({ storeId })
      expect(await refused({ atSeq })).toMatchObject({ code: 'archived' })
      expect(await state()).toEqual(before)
    })
  })

  describe('a restore of a part', () => {
    test('touches the prefix alone, and what left it or came in', async () => {
      const left = await create('/p/left', 'left')
      const came = await create('/came', 'came')
      const outside = await create('/outside', 'one')
      const atSeq = await seqNow()
      await update(left, { path: '/q/left' })
      await update(came, { path: '/p/came' })
      await update(outside, { content: 'two' })
      await create('/p/new')
      await api.restore({ storeId, atSeq, pathPrefix: '/p/' })
      expect((await state()).map(({ path, content }) => [path, content])).toEqual([
        ['/came', 'came'],
        ['/outside', 'two'],
        ['/p/left', 'left'],
      ])
    })

    test('is refused when somebody else lives in its way', async () => {
      const moved = await create('/p/a', 'one')
      const atSeq = await seqNow()
      await update(moved, { path: '/q/a' })
      const blocker = await create('/p', 'in the way')
      const before = await state()
      const problem = await refusal(api.restore({ storeId, atSeq, memoryId: moved.id }))
      expect(problem).toMatchObject({
        code: 'path_conflict',
        conflictingMemoryId: blocker.id,
        conflictingPath: '/p',
      })
      expect(await state()).toEqual(before)
    })

    test('of a path takes what lives there now out of the way, when it was not there', async () => {
      const first = await create('/a', 'one')
      const atSeq = await seqNow()
      await remove(first)
      await create('/a', 'another')
      await api.restore({ storeId, atSeq, path: '/a' })
      expect(await state()).toEqual([{ path: '/a', id: first.id, content: 'one' }])
    })

    test('of one memory to a version gives its content and its path', async () => {
      const memory = await create('/a', 'one')
      await update(memory, { content: 'two', path: '/b' })
      const { versionId } = memory
      const plan = await api.restore({ storeId, versionId })
      expect(plan).toMatchObject({
        moment: undefined,
        changes: [{ action: 'update', path: '/a', previousPath: '/b', fromVersionId: versionId }],
      })
      expect(await state()).toEqual([{ path: '/a', id: memory.id, content: 'one' }])
      await remove(memory)
      const deletion = (await api.listVersions({ storeId })).items[0]?.id ?? ''
      const refused = (input: object) => refusal(api.restore({ storeId, ...input }))
      expect(await refused({ versionId: deletion })).toMatchObject({ message: about('version_id') })
      expect(await refused({ versionId, atSeq: 1 })).toMatchObject({ message: about('version_id') })
      expect(await refused({ versionId: 'memver_x' })).toMatchObject({ code: 'not_found' })
      await api.redactVersion({ storeId, versionId })
      expect(await refused({ versionId })).toMatchObject({ message: about('version_id') })
    })
  })

  describe('a revert', () => {
    const actorOf = async (one: Api) => (await one.whoAmI()).actor
    const sortedPaths = async () => (await state()).map(({ path, content }) => [path, content])

    test('takes back one actor alone: creates, edits, moves and deletes', async () => {
      const agent = await tenant.as('read_write')
      const style = await create('/style', 'a\nb\nc\nd\n')
      const kept = await create('/kept', 'kept')
      const moved = await create('/moved', 'moved')
      const before = await state()
      await create('/spam', 'spam', agent)
      await update(style, { content: 'a\nB\nc\nd\n' }, agent)
      await update(style, { content: 'a\nB!\nc\nd\n' }, agent)
      await remove(kept, agent)
      await update(moved, { path: '/elsewhere' }, agent)
      const others = await create('/others', 'others')
      const apiKeyId = await actorOf(agent)
      const plan = await api.revert({ storeId, apiKeyId, dryRun: true })
      const told = plan.changes.map(({ action, path, previousPath }) => [
        action,
        path,
        previousPath,
      ])
      expect(told).toEqual([
        ['revive', '/kept', undefined],
        ['move', '/moved', '/elsewhere'],
        ['delete', '/spam', undefined],
        ['update', '/style', undefined],
      ])
      await api.revert({ storeId, actor: apiKeyId, expectedSeq: plan.seq })
      const { path, id, content = 'others' } = others
      const expected = [...before, { path, id, content: content ?? 'others' }]
      expect(await state()).toEqual(expected.sort((a, b) => (a.path < b.path ? -1 : 1)))
      expect((await api.revert({ storeId, apiKeyId })).changes).toEqual([])
    })

    test('keeps what others wrote to the same memory since, line by line', async () => {
      const agent = await tenant.as('read_write')
      const memory = await create('/a', 'one\ntwo\nthree\n')
      await update(memory, { content: 'one\ntwo\nthree\nfrom the agent\n' }, agent)
      await update(memory, { content: 'ONE\ntwo\nthree\nfrom the agent\n' })
      await update(memory, { path: '/b' })
      const apiKeyId = await actorOf(agent)
      const planned = await api.revert({ storeId, apiKeyId, dryRun: true })
      const merged = { action: 'update', path: '/b', fromVersionId: undefined }
      expect(planned.changes).toMatchObject([{ ...merged, content: 'ONE\ntwo\nthree\n' }])
      const done = await api.revert({ storeId, apiKeyId })
      expect(done.changes).toMatchObject([{ ...merged, content: undefined }])
      expect(await sortedPaths()).toEqual([['/b', 'ONE\ntwo\nthree\n']])
    })

    test('shows merged texts beforehand, up to 1 MiB of them', async () => {
      const agent = await tenant.as('read_write')
      const rest = `\n${'x'.repeat(99)}`.repeat(1_000)
      for (let index = 10; index < 22; index += 1) {
        const memory = await create(`/${index}`, `one${rest}`)
        await update(memory, { content: `one${rest}\nagent` }, agent)
        await update(memory, { content: `ONE${rest}\nagent` })
      }
      const plan = await api.revert({ storeId, apiKeyId: await actorOf(agent), dryRun: true })
      const texts = plan.changes.map(({ content }) => content)
      expect(texts).toEqual([
        ...Array.from({ length: 10 }, () => `ONE${rest}`),
        undefined,
        undefined,
      ])
      expect(plan.changes.map(({ sizeBytes }) => sizeBytes)).toEqual(texts.map(() => 100_003))
    })

    test('leaves alone and lists what cannot be told apart', async () => {
      const agent = await tenant.as('admin')
      const memory = await create('/a', 'one\n')
      const taken = await create('/taken', 'first')
      await update(memory, { content: 'agent\n' }, agent)
      const newest = await update(memory, { content: 'agent, edited\n' })
      await remove(taken, agent)
      const other = await create('/taken', 'second')
      await agent.updateStore({ storeId, name: 'renamed' })
      await agent.redactVersion({ storeId, versionId: memory.versionId })
      const before = await state()
      const plan = await api.revert({ storeId, apiKeyId: await actorOf(agent) })
      expect(plan.changes).toEqual([])
      expect(plan.conflicts).toMatchObject([
        { reason: 'redacted', memoryId: memory.id, versionId: memory.versionId },
        { reason: 'store_change', memoryId: undefined },
        { reason: 'redaction', versionId: memory.versionId },
        { reason: 'path_taken', memoryId: taken.id, path: '/taken', versionId: other.versionId },
      ])
      expect(await state()).toEqual(before)
      expect(newest.path).toBe('/a')
    })

    test('lists lines that others changed since', async () => {
      const agent = await tenant.as('read_write')
      const memory = await create('/a', 'one\n')
      await update(memory, { content: 'agent\n' }, agent)
      const newest = await update(memory, { content: 'agent, edited\n' })
      const plan = await api.revert({ storeId, apiKeyId: await actorOf(agent) })
      expect(plan).toMatchObject({
        changes: [],
        conflicts: [
          {
            reason: 'overlapping_edits',
            memoryId: memory.id,
            path: '/a',
            versionId: newest.versionId,
          },
        ],
      })
    })

    test('can be held to sequences, times and a prefix', async () => {
      const agent = await tenant.as('read_write')
      const apiKeyId = await actorOf(agent)
      await create('/a', 'first', agent)
      const sinceSeq = (await seqNow()) + 1
      const late = await create('/b', 'second', agent)
      await create('/d/c', 'third', agent)
      const paths = async (input: object) =>
        (await api.revert({ storeId, apiKeyId, dryRun: true, ...input })).changes.map(
          (one) => one.path,
        )
      expect(await paths({ sinceSeq })).toEqual(['/b', '/d/c'])
      expect(await paths({ sinceSeq, untilSeq: sinceSeq })).toEqual(['/b'])
      expect(await paths({ untilSeq: sinceSeq - 1 })).toEqual(['/a'])
      expect(await paths({ pathPrefix: '/d/' })).toEqual(['/d/c'])
      expect(await paths({ until: late.createdAt - 1e9 })).toEqual([])
      expect(await paths({ since: late.createdAt - 1e9 })).toEqual(['/a', '/b', '/d/c'])
      const refused = (input: object) => refusal(api.revert({ storeId, ...input }))
      expect(await refused({})).toMatchObject({ code: 'invalid', message: about('session_id') })
      expect(await refused({ apiKeyId, sessionId: 'x' })).toMatchObject({
        message: about('session_id'),
      })
      expect(await refused({ apiKeyId, since: 1, sinceSeq: 1 })).toMatchObject({
        message: about('since'),
      })
      const reader = await tenant.as('read_only')
      expect(await outcome(reader.revert({ storeId, apiKeyId, dryRun: true }))).toBe('forbidden')
    })
  })
}
