import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayMs, defaultLimits, type Retention } from '../../src/domain/limits.ts'
import type { Version } from '../../src/domain/memory/version.ts'
import { newScribe, type Scribe } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

const signal = new AbortController().signal

/** Which of a memory's versions, newest first, the contract lets go (§8.6 and its decisions). */
function purgeable(
  history: readonly Version[],
  { keepMs, recentVersions }: Retention,
  now: number,
) {
  const isDeleted = history[0]?.operation === 'deleted'
  return history.filter((version, newer) => {
    if (keepMs === undefined) return false
    const replacedAt = history[newer - 1]?.createdAt
    if (replacedAt === undefined) return isDeleted && now - version.createdAt >= keepMs
    return (isDeleted || newer > recentVersions) && now - replacedAt >= keepMs
  })
}

export function retentionContract(given: Given): void {
  async function kept(retention: Retention) {
    const clock = handClock()
    const opened = await given.open({ retention, clock: clock.read })
    return { clock, opened, scribe: await newScribe(opened.storage) }
  }

  const seqsOf = async (scribe: Scribe) =>
    (await scribe.versions({ content: false })).map(({ seq }) => seq)

  describe('retention', () => {
    test('keeps the head and the newest versions of a live memory, whatever their age', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: 30 * dayMs, recentVersions: 3 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      for (let index = 1; index <= 6; index += 1) await scribe.update(head, { content: `${index}` })
      expect(await opened.storage.sweep(signal)).toBe(0)
      clock.now += 30 * dayMs - 1
      expect(await opened.storage.sweep(signal)).toBe(0)
      clock.now += 1
      expect(await opened.storage.sweep(signal)).toBe(3)
      expect(await seqsOf(scribe)).toEqual([8, 7, 6, 5])
      expect(await scribe.usage()).toMatchObject({
        versions: 4,
        seq: 8,
        memories: 1,
        historyFrom: 5,
      })
      expect(await scribe.contents()).toEqual({ '/a': '6' })
      expect(await scribe.memory(head)).toMatchObject({ id: scribe.idOf(head), content: '6' })
      clock.now += 300 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(0)
    })

    test('counts from when a version was superseded, not from when it was written', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: 10 * dayMs, recentVersions: 0 })
      await using _ = opened
      const head = await scribe.create('/a', 'old')
      clock.now += 100 * dayMs
      await scribe.update(head, { content: 'new' })
      clock.now += 9 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(0)
      clock.now += dayMs
      expect(await opened.storage.sweep(signal)).toBe(1)
      expect(await seqsOf(scribe)).toEqual([3])
      await scribe.update(head, { content: 'newer', path: '/b' })
      expect(await scribe.contents()).toEqual({ '/b': 'newer' })
    })

    test('removes a deleted memory wholly, its last row with the others', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: 10 * dayMs, recentVersions: 5 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      const stays = await scribe.create('/stays')
      await scribe.update(head, { content: '1' })
      clock.now += 20 * dayMs
      await scribe.remove(head)
      expect(await opened.storage.sweep(signal)).toBe(1)
      expect(await seqsOf(scribe)).toEqual([5, 4, 3])
      clock.now += 10 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(2)
      expect(await seqsOf(scribe)).toEqual([stays.headSeq])
      expect(await scribe.versions({ memoryId: scribe.idOf(head) })).toEqual([])
      expect((await scribe.usage()).historyFrom).toBeGreaterThan(4)
      expect(await outcome(scribe.redact(scribe.versionIdOf(head)))).toBe('not_found')
    })

    test('purged versions are gone from reads, the feed and redaction; other changes stay', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: dayMs, recentVersions: 0 })
      await using _ = opened
      const head = await scribe.create('/a', 'old')
      await scribe.update(head, { content: 'new' })
      clock.now += dayMs
      await opened.storage.sweep(signal)
      const id = scribe.versionIdOf(head)
      const found = await opened.storage.view.version(scribe.scope, id, { content: true })
      expect(found).toEqual({ found: false, missing: 'item' })
      expect((await scribe.changes()).map(({ seq }) => seq)).toEqual([1, 3])
      expect(await outcome(scribe.redact(id))).toBe('not_found')
      const again = await scribe.create('/b')
      expect(again.headSeq).toBe(4)
    })

    test('without a period keeps everything', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: undefined, recentVersions: 0 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      await scribe.update(head, { content: '1' })
      clock.now += 10_000 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(0)
      expect(await seqsOf(scribe)).toEqual([3, 2])
    })

    test('under a shorter period is applied to what is already there', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: 100 * dayMs, recentVersions: 1 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      for (const content of ['1', '2', '3']) await scribe.update(head, { content })
      clock.now += 10 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(0)
      const storage = await opened.reopen({
        retention: { keepMs: dayMs, recentVersions: 0 },
        clock: clock.read,
      })
      expect(await storage.sweep(signal)).toBe(3)
      expect(await seqsOf(scribe.through(storage))).toEqual([5])
    })

    test('that keeps fewer of the newest is applied to what is already there', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: dayMs, recentVersions: 3 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      for (const content of ['1', '2', '3']) await scribe.update(head, { content })
      clock.now += 10 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(0)
      const retention = { keepMs: dayMs, recentVersions: 1 }
      const storage = await opened.reopen({ retention, clock: clock.read })
      expect(await storage.sweep(signal)).toBe(2)
      expect(await seqsOf(scribe.through(storage))).toEqual([5, 4])
    })

    test('lets go at once what a new version pushes out of the newest', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: dayMs, recentVersions: 1 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      await scribe.update(head, { content: '1' })
      clock.now += 10 * dayMs
      expect(await opened.storage.sweep(signal)).toBe(0)
      await scribe.update(head, { content: '2' })
      expect(await opened.storage.sweep(signal)).toBe(1)
      expect(await seqsOf(scribe)).toEqual([4, 3])
      await scribe.remove(head)
      expect(await opened.storage.sweep(signal)).toBe(0)
    })

    test('of many versions goes on over slices', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: dayMs, recentVersions: 2 })
      await using _ = opened
      const paths = Array.from({ length: 40 }, (_, index) => `/${index}`)
      await scribe.batch(...paths.map((path) => scribe.createCommand(path, 'first')))
      for (let round = 0; round < 30; round += 1) {
        await scribe.batch(
          ...paths.map((path) => scribe.updateCommand({ path }, { content: `${round}` })),
        )
      }
      clock.now += dayMs
      const sweeps = [opened.storage.sweep(signal), opened.storage.sweep(signal)]
      const removed = await Promise.all(sweeps)
      expect(removed[0]! + removed[1]!).toBe(40 * 28)
      expect(await scribe.usage()).toMatchObject({ versions: 120, memories: 40 })
      expect(await scribe.versions({ content: false })).toHaveLength(120)
    })

    test('stopped by its signal ends early and can go on later', async () => {
      const { clock, opened, scribe } = await kept({ keepMs: dayMs, recentVersions: 0 })
      await using _ = opened
      const head = await scribe.create('/a', '0')
      await scribe.update(head, { content: '1' })
      clock.now += dayMs
      expect(await opened.storage.sweep(AbortSignal.abort())).toBe(0)
      expect(await seqsOf(scribe)).toEqual([3, 2])
      expect(await opened.storage.sweep(signal)).toBe(1)
    })

    test('follows the rule for any history', async () => {
      const retention = { keepMs: 10, recentVersions: 2 }
      const { clock, opened } = await kept(retention)
      await using _ = opened
      const step = fc.record({
        wait: fc.integer({ min: 0, max: 6 }),
        path: fc.constantFrom('/a', '/b', '/c'),
        act: fc.constantFrom('write', 'write', 'write', 'delete', 'sweep'),
      })
      const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const scribe = await newScribe(opened.storage)
        const gone = new Set<number>()
        const all = new Map<string, Version[]>()
        let text = 0
        for (const { wait, path, act } of steps) {
          clock.now += wait
          if (act === 'sweep') {
            await opened.storage.sweep(signal)
            const histories = [...all.values()]
            const due = histories.flatMap((history) => purgeable(history, retention, clock.now))
            for (const { seq } of due) gone.add(seq)
            const left = histories.flat().filter(({ seq }) => !gone.has(seq))
            const seqs = left.map(({ seq }) => seq).sort((a, b) => b - a)
            expect(await seqsOf(scribe)).toEqual(seqs)
            expect((await scribe.usage()).versions).toBe(seqs.length)
            continue
          }
          const isLive = (await scribe.paths()).includes(path)
          const content = `${(text += 1)}`
          if (act === 'delete' && isLive) await scribe.remove({ path })
          else if (isLive) await scribe.update({ path }, { content })
          else await scribe.create(path, content)
          const [newest] = await scribe.versions({ limit: 1, content: false })
          all.set(newest!.memoryId, [newest!, ...(all.get(newest!.memoryId) ?? [])])
        }
      })
      await fc.assert(property, { numRuns: 20 })
    })
  })

  describe('a deleted store', () => {
    test('is gone at once, and what is in it after a sweep', async () => {
      const { opened, scribe } = await kept({ keepMs: undefined, recentVersions: 0 })
      await using _ = opened
      const other = await newScribe(opened.storage, scribe.scope.workspaceId)
      await other.create('/kept')
      const commands = Array.from({ length: 700 }, (_, index) =>
        scribe.createCommand(`/${index}`, `${index}`),
      )
      await scribe.batch(...commands)
      await scribe.destroy()
      expect(await opened.storage.view.store(scribe.scope)).toBe(undefined)
      await Promise.all([opened.storage.sweep(signal), opened.storage.sweep(signal)])
      expect(await opened.storage.sweep(signal)).toBe(0)
      expect(await opened.storage.view.usage(scribe.scope)).toBe(undefined)
      expect(await other.contents()).toEqual({ '/kept': 'text of /kept' })
      expect(await outcome(scribe.create('/again'))).toBe('not_found')
    })

    test('has its place back in the workspace', async () => {
      await using opened = await given.open({
        limits: { ...defaultLimits, workspaceStoresMax: 1 },
      })
      const scribe = await newScribe(opened.storage)
      await scribe.destroy()
      await opened.storage.sweep(signal)
      await newScribe(opened.storage, scribe.scope.workspaceId)
    })
  })
}
