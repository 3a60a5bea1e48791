import { describe, expect, test } from 'vitest'
import { makeRequestId, makeStoreId, makeWorkspaceId, memoryIdAt } from '../../src/domain/ids.ts'
import type { Provenance } from '../../src/domain/caller.ts'
import { by, newScribe, Scribe } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import type { VersionsQuery } from '../../src/storage/port.ts'

const session: Provenance = { actor: 'sesn_1', door: 'mount', requestId: makeRequestId(2) }

export function historyContract(given: Given): void {
  describe('versions', () => {
    test('tell what every write left, newest first', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'one')
      await scribe.update(head, { content: 'two' })
      await scribe.update(head, { path: '/b' })
      await scribe.through(given.storage, session).update(head, { content: 'three', path: '/c' })
      await scribe.remove(head)
      const versions = await scribe.versions()
      const told = versions.map((version) => [
        version.seq,
        version.operation,
        version.path,
        version.content,
        version.sizeBytes,
        version.createdBy,
        version.door,
      ])
      expect(told).toEqual([
        [6, 'deleted', '/c', undefined, undefined, by.actor, 'http'],
        [5, 'modified', '/c', 'three', 5, 'sesn_1', 'mount'],
        [4, 'modified', '/b', 'two', 3, by.actor, 'http'],
        [3, 'modified', '/a', 'two', 3, by.actor, 'http'],
        [2, 'created', '/a', 'one', 3, by.actor, 'http'],
      ])
      for (const version of versions) {
        expect(await scribe.version(version.id)).toEqual(version)
        expect(version).toMatchObject({
          storeId: scribe.storeId,
          memoryId: scribe.idOf(head),
          redactedAt: undefined,
          redactedBy: undefined,
        })
        expect(version.sha256 === undefined).toBe(version.operation === 'deleted')
      }
      expect(versions[1]!.requestId).toBe(session.requestId)
      const withoutContent = await scribe.versions({ content: false })
      expect(withoutContent.map(({ content }) => content)).toEqual(Array(5).fill(undefined))
    })

    test("the head's version is the one its memory names, at the same time", async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a')
      await scribe.update(head, { content: 'new' })
      const memory = await scribe.memory(head)
      const version = await scribe.version(memory.versionId)
      expect(version).toMatchObject({ content: 'new', createdAt: memory.updatedAt, path: '/a' })
      expect((await scribe.versions())[0]).toEqual(version)
    })

    describe('are filtered', () => {
      async function busy(): Promise<{ scribe: Scribe; times: number[]; ids: string[] }> {
        const clock = handClock()
        const opened = await given.open({ clock: clock.read })
        disposals.push(opened)
        const scribe = await newScribe(opened.storage)
        const agent = scribe.through(opened.storage, session)
        const times: number[] = []
        const tick = () => times.push((clock.now += 1_000))
        tick()
        const a = await scribe.create('/a', '1')
        tick()
        const b = await agent.create('/b', '2')
        tick()
        await agent.update(a, { content: '3' })
        tick()
        await scribe.remove(b)
        tick()
        await scribe.create('/b', '5')
        return { scribe, times, ids: [scribe.idOf(a), scribe.idOf(b)] }
      }
      const disposals: AsyncDisposable[] = []

      test('by each filter and by several together', async () => {
        const { scribe, times, ids } = await busy()
        const [a, b] = ids
        const cases: [Partial<VersionsQuery>, number[]][] = [
          [{}, [6, 5, 4, 3, 2]],
          [{ memoryId: a }, [4, 2]],
          [{ memoryId: b }, [5, 3]],
          [{ memoryId: 'mem_nonsense' }, []],
          [{ memoryId: a!.replace(/.$/, (last) => (last === '1' ? '2' : '1')) }, []],
          [{ memoryId: memoryIdAt(scribe.storeId, { seq: 2, at: times[0]! - 1 }) }, []],
          [{ operation: 'created' }, [6, 3, 2]],
          [{ operation: 'modified' }, [4]],
          [{ operation: 'deleted' }, [5]],
          [{ actors: ['sesn_1'] }, [4, 3]],
          [{ actors: [by.actor] }, [6, 5, 2]],
          [{ actors: [by.actor, by.actor] }, [6, 5, 2]],
          [{ actors: [by.actor, 'sesn_1'] }, []],
          [{ actors: ['sesn_2'] }, []],
          [{ actors: ['sesn_1\0'] }, []],
          [{ createdFrom: times[2] }, [6, 5, 4]],
          [{ createdTo: times[2] }, [4, 3, 2]],
          [{ createdFrom: times[1], createdTo: times[3] }, [5, 4, 3]],
          [{ createdFrom: times[3], createdTo: times[1] }, []],
          [{ createdFrom: times[4]! + 1 }, []],
          [{ memoryId: b, operation: 'deleted', actors: [by.actor] }, [5]],
          [{ memoryId: a, actors: ['sesn_1'], createdFrom: times[0] }, [4]],
        ]
        for (const [query, seqs] of cases) {
          const versions = await scribe.versions(query)
          expect(
            versions.map(({ seq }) => seq),
            JSON.stringify(query),
          ).toEqual(seqs)
          const paged: number[] = []
          for (let beforeSeq: number | undefined; ;) {
            const [next] = await scribe.versions({ ...query, beforeSeq, limit: 1 })
            if (next === undefined) break
            paged.push(next.seq)
            beforeSeq = next.seq
          }
          expect(paged).toEqual(seqs)
        }
        await Promise.all(disposals.map((opened) => opened[Symbol.asyncDispose]()))
      })
    })

    test('of other stores, and ids that are none, are missing', async () => {
      const scribe = await newScribe(given.storage)
      const other = await newScribe(given.storage, scribe.scope.workspaceId)
      const head = await other.create('/a')
      await scribe.create('/a')
      const { view } = given.storage
      const wrong = [
        '',
        'memver_x',
        'memver_\0',
        other.versionIdOf(head),
        other.idOf(head),
        'memver_01' + '1'.repeat(22),
      ]
      for (const id of wrong) {
        const found = await view.version(scribe.scope, id, { content: true })
        expect(found).toEqual({ found: false, missing: 'item' })
      }
      const id = scribe.versionIdOf({ ...head, updatedAt: head.updatedAt - 5 })
      const found = await view.version(scribe.scope, id, { content: true })
      expect(found).toEqual({ found: false, missing: 'item' })
    })

    test('and everything else of a store that is not there is missing', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a')
      const { view } = given.storage
      const content = { content: true }
      const { workspaceId, storeId } = scribe.scope
      const absent = [
        { storeId, workspaceId: makeWorkspaceId(1) },
        { workspaceId, storeId: makeStoreId(5) },
      ]
      for (const scope of absent) {
        const missing = { found: false, missing: 'store' }
        expect(await view.store(scope)).toBe(undefined)
        expect(await view.usage(scope)).toBe(undefined)
        expect(await view.memory(scope, scribe.idOf(head), content)).toEqual(missing)
        expect(await view.memoryAt(scope, head.path, content)).toEqual(missing)
        expect(await view.version(scope, scribe.versionIdOf(head), content)).toEqual(missing)
        const stranger = new Scribe(given.storage, scope)
        await expect(stranger.versions()).rejects.toThrow('the store is missing')
        await expect(stranger.changes()).rejects.toThrow('the store is missing')
      }
    })
  })

  describe('time', () => {
    test('never runs backwards in a store, even when the clock does', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const scribe = await newScribe(opened.storage)
      const start = clock.now
      const a = await scribe.create('/a')
      clock.now += 10_000
      await scribe.update(a, { content: 'x' })
      clock.now -= 3_600_000
      const b = await scribe.create('/b')
      await scribe.patchStore({ name: 'renamed' })
      expect(b.createdAt).toBe(start + 10_000)
      expect((await scribe.store()).updatedAt).toBe(start + 10_000)
      clock.now = start + 20_000
      await scribe.remove(b)
      const times = (await scribe.changes()).map(({ at }) => at - start)
      expect(times).toEqual([0, 0, 10_000, 10_000, 10_000, 20_000])
      expect((await scribe.memory(a)).updatedAt).toBe(start + 10_000)
    })
  })
}
