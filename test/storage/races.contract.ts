import { describe, expect, test } from 'vitest'
import { parseContent } from '../../src/domain/memory/content.ts'
import { newScribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

export function racesContract(given: Given): void {
  describe('of writers at the same time', () => {
    test('one creates at a path, or at one that overlaps it', async () => {
      const scribe = await newScribe(given.storage)
      for (let round = 0; round < 10; round += 1) {
        const paths = [`/${round}`, `/${round}/b`, `/${round}/b/c`, `/${round}`]
        const codes = await Promise.all(paths.map((path) => outcome(scribe.create(path))))
        const done = codes.filter((code) => code === 'done')
        expect(done).toHaveLength(1)
        expect(codes.filter((code) => code === 'path_conflict')).toHaveLength(3)
      }
      expect((await scribe.usage()).memories).toBe(10)
    })

    test('one of 32 updates with the same precondition wins', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'start')
      const codes = await Promise.all(
        Array.from({ length: 32 }, (_, index) =>
          outcome(scribe.update(head, { content: `writer ${index}`, expected: head.sha256 })),
        ),
      )
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
      expect(codes.filter((code) => code === 'precondition_failed')).toHaveLength(31)
      expect((await scribe.usage()).versions).toBe(2)
    })

    test('all 32 updates that ask for the same state succeed and make one version', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'start')
      const heads = await Promise.all(
        Array.from({ length: 32 }, () =>
          scribe.update(head, { content: 'same', expected: head.sha256 }),
        ),
      )
      expect(new Set(heads.map(({ headSeq }) => headSeq))).toEqual(new Set([3]))
      expect((await scribe.usage()).versions).toBe(2)
    })

    test('all unconditional updates become versions, dense and in order', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'start')
      const heads = await Promise.all(
        Array.from({ length: 50 }, (_, index) => scribe.update(head, { content: `${index}` })),
      )
      expect(heads.map(({ headSeq }) => headSeq).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 50 }, (_, index) => index + 3),
      )
      const newest = await scribe.memory(head)
      const last = heads.find(({ headSeq }) => headSeq === 52)!
      expect(newest.sha256).toBe(last.sha256)
      expect(await scribe.versions()).toHaveLength(51)
    })

    test('one deletes; the others find nothing', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a')
      const codes = await Promise.all(Array.from({ length: 8 }, () => outcome(scribe.remove(head))))
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
      expect(codes.filter((code) => code === 'not_found')).toHaveLength(7)
    })

    test('renames onto one path leave one memory there', async () => {
      const scribe = await newScribe(given.storage)
      const heads = await scribe.createAll('/a', '/b', '/c', '/d')
      const codes = await Promise.all(
        heads.map((head) => outcome(scribe.update(head, { path: '/target' }))),
      )
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
      expect(await scribe.paths()).toContain('/target')
      expect((await scribe.usage()).memories).toBe(4)
    })

    test('a move and creates in its target leave no overlap', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.createAll('/from/x/y', '/from/z')
      const attempts = [
        scribe.create('/to/x'),
        scribe.move('/from/', '/to/'),
        scribe.create('/to/z'),
      ]
      const codes = await Promise.all(attempts.map(outcome))
      const isMoved = codes[1] === 'done'
      expect(codes.filter((code) => code === 'done')).toHaveLength(isMoved ? 1 : 2)
    })

    test('a store that is archived or deleted meanwhile takes no more creates', async () => {
      for (const end of ['archive', 'destroy'] as const) {
        const scribe = await newScribe(given.storage)
        const creates = Array.from({ length: 20 }, (_, index) =>
          outcome(scribe.create(`/${index}`)),
        )
        const ended = scribe[end]()
        const later = Array.from({ length: 20 }, (_, index) => outcome(scribe.create(`/l${index}`)))
        await ended
        await Promise.all(creates)
        const after = await outcome(scribe.create('/after'))
        expect(after).toBe(end === 'archive' ? 'archived' : 'not_found')
        expect(await Promise.all(later)).toContain(after)
      }
    })
  })

  describe('an acknowledged write', () => {
    test('is seen by every read that begins after it', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', '0')
      for (let round = 1; round <= 20; round += 1) {
        await scribe.update(head, { content: `${round}` })
        const reads = await Promise.all([
          scribe.memory(head),
          scribe.memory({ path: '/a' }),
          scribe.contents(),
        ])
        expect(reads[0].content).toBe(`${round}`)
        expect(reads[1].content).toBe(`${round}`)
        expect(reads[2]).toEqual({ '/a': `${round}` })
      }
    })

    test('counts once in the statistics', async () => {
      const scribe = await newScribe(given.storage)
      const before = given.storage.stats()
      await scribe.create('/a')
      await Promise.all(Array.from({ length: 10 }, (_, index) => scribe.create(`/b/${index}`)))
      const after = given.storage.stats()
      expect(after.batchSizes.sum - before.batchSizes.sum).toBe(11)
      expect(after.writerWaitSeconds.count - before.writerWaitSeconds.count).toBe(11)
      expect(after.commitSeconds.count).toBe(after.batchSizes.count)
      expect(after.batchSizes.bounds).toHaveLength(after.batchSizes.counts.length)
    })
  })

  test('many stores are written side by side', async () => {
    const scribes = await Promise.all(Array.from({ length: 20 }, () => newScribe(given.storage)))
    await Promise.all(
      scribes.flatMap((scribe, number) =>
        Array.from({ length: 10 }, (_, index) => scribe.create(`/${index}`, `${number}`)),
      ),
    )
    for (const [number, scribe] of scribes.entries()) {
      const usage = await scribe.usage()
      expect(usage).toMatchObject({ memories: 10, seq: 11 })
      const contents = new Set(Object.values(await scribe.contents()))
      expect(contents).toEqual(new Set([parseContent(`${number}`).text]))
    }
  })
}
