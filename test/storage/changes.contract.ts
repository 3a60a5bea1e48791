import { describe, expect, test } from 'vitest'
import type { StoreId } from '../../src/domain/ids.ts'
import type { Change } from '../../src/domain/memory/version.ts'
import { by, newScribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'

const brief = ({ seq, kind, path, previousPath }: Change) => [seq, kind, path, previousPath]

export function changesContract(given: Given): void {
  describe('the change feed', () => {
    test('tells every change once, dense and in order', async () => {
      const scribe = await newScribe(given.storage)
      const a = await scribe.create('/a', 'one')
      await scribe.update(a, { content: 'two' })
      await scribe.update(a, { content: 'two' })
      await scribe.patchStore({ name: 'renamed' })
      await scribe.update(a, { path: '/b', content: 'three' })
      await scribe.redact(scribe.versionIdOf(a))
      await scribe.remove(a)
      await scribe.archive()
      await scribe.archive()
      const changes = await scribe.changes()
      expect(changes.map(brief)).toEqual([
        [1, 'store_created', undefined, undefined],
        [2, 'created', undefined, undefined],
        [3, 'modified', '/a', undefined],
        [4, 'store_updated', undefined, undefined],
        [5, 'modified', '/b', '/a'],
        [6, 'redacted', undefined, undefined],
        [7, 'deleted', '/b', undefined],
        [8, 'store_archived', undefined, undefined],
      ])
      expect((await scribe.usage()).seq).toBe(8)
      const versions = await scribe.versions()
      for (const version of versions) {
        const change = changes.find(({ seq }) => seq === version.seq)!
        expect(change).toMatchObject({
          storeId: scribe.storeId,
          kind: version.operation,
          at: version.createdAt,
          actor: by.actor,
          door: by.door,
          requestId: by.requestId,
          memoryId: scribe.idOf(a),
          versionId: version.id,
          sha256: version.sha256,
          sizeBytes: version.sizeBytes,
        })
      }
      expect(changes[5]).toMatchObject({
        memoryId: scribe.idOf(a),
        versionId: scribe.versionIdOf(a),
      })
      expect(changes[0]).toMatchObject({
        memoryId: undefined,
        versionId: undefined,
        actor: by.actor,
      })
    })

    test('goes on after any sequence, in pages of any size', async () => {
      const scribe = await newScribe(given.storage)
      for (let index = 0; index < 9; index += 1) await scribe.create(`/${index}`)
      for (let after = 0; after <= 11; after += 1) {
        const seqs = (await scribe.changes({ after, limit: 3 })).map(({ seq }) => seq)
        expect(seqs).toEqual([1, 2, 3].map((step) => after + step).filter((seq) => seq <= 10))
      }
    })

    test('of a prefix tells what is there, comes in and goes out, and nothing of the store', async () => {
      const scribe = await newScribe(given.storage)
      const [inside, outside] = await scribe.createAll('/in/a', '/out/b')
      await scribe.createAll('/in-between/c', '/in0')
      await scribe.update(inside!, { content: 'x' })
      await scribe.update(inside!, { path: '/out/a' })
      await scribe.update(outside!, { path: '/in/deep/b' })
      await scribe.update(inside!, { content: 'y' })
      await scribe.remove(outside!)
      await scribe.patchStore({ description: 'other' })
      const changes = await scribe.changes({ prefix: '/in/' })
      expect(changes.map(brief)).toEqual([
        [2, 'created', '/in/a', undefined],
        [6, 'modified', '/in/a', undefined],
        [7, 'modified', '/out/a', '/in/a'],
        [8, 'modified', '/in/deep/b', '/out/b'],
        [10, 'deleted', '/in/deep/b', undefined],
      ])
      const deep = await scribe.changes({ prefix: '/in/deep/', after: 8 })
      expect(deep.map(({ seq }) => seq)).toEqual([10])
      const page = await scribe.changes({ prefix: '/in/', after: 2, limit: 2 })
      expect(page.map(({ seq }) => seq)).toEqual([6, 7])
    })

    test('tells a moved tree memory by memory', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.createAll('/a/1', '/a/2')
      await scribe.move('/a/', '/b/')
      const changes = await scribe.changes({ after: 3 })
      expect(changes.map(brief)).toEqual([
        [4, 'modified', '/b/1', '/a/1'],
        [5, 'modified', '/b/2', '/a/2'],
      ])
    })
  })

  describe('a subscription', () => {
    /** Calls back whenever the listener is told about the store. */
    function toldOf(storeId: StoreId, call: () => void): () => void {
      return given.storage.subscribe((changed) => {
        if (changed === storeId) call()
      })
    }

    test('is told after every kind of change, once it can be read', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a')
      const writes = [
        () => scribe.update(head, { content: 'x' }),
        () => scribe.move('/', '/b/'),
        () => scribe.batch(scribe.createCommand('/c', 'x')),
        () => scribe.redact(scribe.versionIdOf(head)),
        () => scribe.remove(head),
        () => scribe.patchStore({ name: 'other' }),
        () => scribe.archive(),
      ]
      for (const write of writes) {
        const { seq } = await scribe.usage()
        // A hint of what was before may come late: what counts is that one comes behind the change.
        const looks: Promise<Change[]>[] = []
        const end = toldOf(scribe.storeId, () => looks.push(scribe.changes({ after: seq })))
        await write()
        await expect.poll(async () => (await Promise.all(looks)).flat()).not.toEqual([])
        end()
      }
      let told = 0
      const end = toldOf(scribe.storeId, () => (told += 1))
      await scribe.destroy()
      await expect.poll(() => told).toBeGreaterThan(0)
      end()
    })

    test('that ended is told nothing more', async () => {
      const scribe = await newScribe(given.storage)
      let calls = 0
      const end = given.storage.subscribe(() => (calls += 1))
      await scribe.create('/a')
      await expect.poll(() => calls).toBeGreaterThan(0)
      end()
      const before = calls
      await scribe.create('/b')
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(calls).toBe(before)
    })
  })
}
