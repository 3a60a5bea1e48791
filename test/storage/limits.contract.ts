import { describe, expect, test } from 'vitest'
import { defaultLimits, type Limits } from '../../src/domain/limits.ts'
import { by, newScribe, newWorkspace, type Scribe } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import { outcome, refusal } from '../support/world.ts'

export function limitsContract(given: Given): void {
  async function limited(limits: Partial<Limits>) {
    const opened = await given.open({ limits: { ...defaultLimits, ...limits } })
    return { opened, scribe: await newScribe(opened.storage) }
  }

  describe('the limit of memories', () => {
    test('lets a store hold exactly that many, which stay editable', async () => {
      const { opened, scribe } = await limited({ storeMemoriesMax: 2 })
      await using _ = opened
      const [a] = await scribe.createAll('/a', '/b')
      expect(await refusal(scribe.create('/c'))).toMatchObject({
        code: 'limit',
        limit: 'memory_store_full',
      })
      await scribe.update(a!, { content: 'longer than before', path: '/a2' })
      await scribe.move('/', '/all/')
      await scribe.remove({ path: '/all/b' })
      await scribe.create('/c')
      expect(await outcome(scribe.create('/d'))).toBe('limit')
    })

    test('holds under 50 creates at the same time', async () => {
      const { opened, scribe } = await limited({ storeMemoriesMax: 10 })
      await using _ = opened
      const creates = Array.from({ length: 50 }, (_, index) => outcome(scribe.create(`/${index}`)))
      const codes = await Promise.all(creates)
      expect(codes.filter((code) => code === 'done')).toHaveLength(10)
      expect(codes.filter((code) => code === 'limit')).toHaveLength(40)
      expect(await scribe.paths()).toHaveLength(10)
      expect((await scribe.usage()).memories).toBe(10)
    })

    test('holds inside a batch', async () => {
      const { opened, scribe } = await limited({ storeMemoriesMax: 2 })
      await using _ = opened
      const commands = ['/a', '/b', '/c'].map((path) => scribe.createCommand(path, 'x'))
      expect(await outcome(scribe.batch(...commands))).toBe('limit')
      expect(await scribe.paths()).toEqual([])
      await scribe.batch(
        ...commands.slice(0, 2),
        scribe.deleteCommand({ path: '/a' }),
        commands[2]!,
      )
      expect(await scribe.paths()).toEqual(['/b', '/c'])
    })
  })

  describe('the limit of bytes', () => {
    test('counts live content as UTF-8 and lets a store hold exactly that much', async () => {
      const { opened, scribe } = await limited({ storeBytesMax: 10 })
      await using _ = opened
      const a = await scribe.create('/a', 'äää')
      await scribe.create('/b', '1234')
      expect((await scribe.usage()).contentBytes).toBe(10)
      expect(await refusal(scribe.create('/c', '!'))).toMatchObject({
        limit: 'memory_store_bytes_exceeded',
      })
      expect(await outcome(scribe.update(a, { content: 'ääää' }))).toBe('limit')
      await scribe.create('/empty', '')
      await scribe.update(a, { content: 'ä' })
      await scribe.update(a, { path: '/a2' })
      await scribe.create('/c', '1234')
      expect((await scribe.usage()).contentBytes).toBe(10)
    })

    test('once lowered below what is there, allows what shrinks', async () => {
      const { opened, scribe } = await limited({ storeBytesMax: 100 })
      await using _ = opened
      const a = await scribe.create('/a', 'x'.repeat(100))
      const limits = { ...defaultLimits, storeBytesMax: 10 }
      const reopened = scribe.through(await opened.reopen({ limits }))
      expect(await outcome(reopened.update(a, { content: 'x'.repeat(101) }))).toBe('limit')
      await reopened.update(a, { content: 'x'.repeat(99) })
      await reopened.remove(a)
      await reopened.create('/b', 'x'.repeat(10))
    })
  })

  describe('the limit of versions', () => {
    const month = 30 * 86_400_000

    async function fullOfVersions() {
      const clock = handClock()
      const opened = await given.open({
        limits: { ...defaultLimits, storeVersionsMax: 4 },
        retention: { keepMs: month, recentVersions: 1 },
        clock: clock.read,
      })
      const scribe = await newScribe(opened.storage)
      const head = await scribe.create('/a', '0')
      for (const content of ['1', '2', '3']) await scribe.update(head, { content })
      return { clock, opened, scribe, head }
    }

    const growing: [string, (scribe: Scribe) => Promise<unknown>][] = [
      ['a create', (scribe) => scribe.create('/b')],
      ['an update', (scribe) => scribe.update({ path: '/a' }, { content: 'more' })],
      ['a rename', (scribe) => scribe.update({ path: '/a' }, { path: '/b' })],
      ['a move', (scribe) => scribe.move('/', '/all/')],
      ['a batch', (scribe) => scribe.batch(scribe.createCommand('/b', 'x'))],
    ]
    test.each(growing)('refuses %s while retention lets nothing go', async (_name, write) => {
      const { opened, scribe } = await fullOfVersions()
      await using _ = opened
      const problem = await refusal(write(scribe))
      expect(problem).toMatchObject({ limit: 'memory_versions_exceeded' })
      expect((await scribe.usage()).versions).toBe(4)
    })

    test.each(growing)('lets %s purge what retention lets go', async (_name, write) => {
      const { opened, clock, scribe } = await fullOfVersions()
      await using _ = opened
      clock.now += month
      await write(scribe)
      // Head and one recent version stay, and the new one comes.
      expect((await scribe.usage()).versions).toBe(3)
    })

    test('always allows deleting and what changes nothing', async () => {
      const { opened, scribe, head } = await fullOfVersions()
      await using _ = opened
      expect(await scribe.update(head, { content: '3' })).toMatchObject({ headSeq: 5 })
      await scribe.remove(head)
      expect((await scribe.usage()).versions).toBe(5)
    })

    test('makes room for one and carries out those beside it once', async () => {
      const { opened, clock, scribe, head } = await fullOfVersions()
      await using _ = opened
      clock.now += month
      const attempts = [
        scribe.update(head, { content: '3' }),
        scribe.create('/b'),
        scribe.remove(head),
        scribe.create('/c'),
      ]
      expect(new Set(await Promise.all(attempts.map(outcome)))).toEqual(new Set(['done']))
      expect(await scribe.paths()).toEqual(['/b', '/c'])
      expect((await scribe.changes()).at(-1)!.seq).toBe(8)
    })

    test('refuses one and still carries out those beside it', async () => {
      const { opened, scribe, head } = await fullOfVersions()
      await using _ = opened
      const attempts = [
        scribe.create('/b'),
        scribe.update(head, { content: '3' }),
        scribe.create('/c'),
        scribe.remove(head),
        scribe.create('/d'),
      ]
      const codes = await Promise.all(attempts.map(outcome))
      expect(codes).toEqual(['limit', 'done', 'limit', 'done', 'limit'])
      expect((await scribe.usage()).versions).toBe(5)
    })
  })

  describe('the limit of stores', () => {
    const create = (storage: Given['storage'], workspaceId: Scribe['scope']['workspaceId']) =>
      storage.commit({
        type: 'create_store',
        workspaceId,
        name: 'n',
        description: '',
        metadata: {},
        by,
      })

    test('holds for each workspace when stores are created at the same time', async () => {
      const limits = { ...defaultLimits, workspaceStoresMax: 5 }
      await using opened = await given.open({ limits })
      const { storage } = opened
      const workspaces = [await newWorkspace(storage), await newWorkspace(storage)]
      for (const workspaceId of workspaces) {
        const creates = Array.from({ length: 20 }, () => outcome(create(storage, workspaceId)))
        const codes = await Promise.all(creates)
        expect(codes.filter((code) => code === 'done')).toHaveLength(5)
        expect(codes.filter((code) => code === 'limit')).toHaveLength(15)
      }
      expect(await refusal(create(storage, workspaces[0]!))).toMatchObject({
        limit: 'memory_stores_exceeded',
      })
    })

    test('counts archived stores and no deleted ones', async () => {
      const limits = { ...defaultLimits, workspaceStoresMax: 2 }
      await using opened = await given.open({ limits })
      const scribe = await newScribe(opened.storage)
      const { workspaceId } = scribe.scope
      const second = await newScribe(opened.storage, workspaceId)
      await scribe.archive()
      expect(await outcome(create(opened.storage, workspaceId))).toBe('limit')
      await second.destroy()
      expect(await outcome(create(opened.storage, workspaceId))).toBe('done')
      expect(await outcome(create(opened.storage, workspaceId))).toBe('limit')
    })
  })
}
