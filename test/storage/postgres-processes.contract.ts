// What only PostgreSQL has to hold: several processes work on one database.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, defaultLimits } from '../../src/domain/limits.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import type { Storage, StorageOptions } from '../../src/storage/port.ts'
import { administer, createDatabase, type Database } from '../support/postgres.ts'
import { by, newScribe, newWorkspace, type Scribe } from '../support/scribe.ts'
import { handClock, optionsWith } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

const signal = new AbortController().signal

interface Pair extends AsyncDisposable {
  readonly database: Database
  readonly one: Storage
  readonly two: Storage
}

/** Two processes over one database, as far as the database can tell. */
async function openPair(options?: Partial<StorageOptions>): Promise<Pair> {
  const database = await createDatabase()
  const [one, two] = await Promise.all([
    openPostgres(database.url, optionsWith(options)),
    openPostgres(database.url, optionsWith(options)),
  ])
  return {
    database,
    one,
    two,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()])
      await database[Symbol.asyncDispose]()
    },
  }
}

export function postgresProcessesContract(): void {
  describe('several processes over one database', () => {
    let pair: Pair
    beforeAll(async () => {
      pair = await openPair()
    })
    afterAll(() => pair[Symbol.asyncDispose]())

    async function sharedStore(): Promise<[Scribe, Scribe]> {
      const scribe = await newScribe(pair.one)
      return [scribe, scribe.through(pair.two)]
    }

    test('see what the others have written at once', async () => {
      const [one, two] = await sharedStore()
      const head = await one.create('/a', '0')
      for (let round = 1; round <= 10; round += 1) {
        const [writer, reader] = round % 2 === 0 ? [one, two] : [two, one]
        await writer.update(head, { content: `${round}` })
        expect((await reader.memory(head)).content).toBe(`${round}`)
      }
    })

    test('let one of two overlapping creates through, round after round', async () => {
      const [one, two] = await sharedStore()
      for (let round = 0; round < 40; round += 1) {
        const codes = await Promise.all([
          outcome(one.create(`/${round}`)),
          outcome(two.create(`/${round}/below`)),
        ])
        expect(codes.sort()).toEqual(['done', 'path_conflict'])
      }
      expect((await one.usage()).memories).toBe(40)
    })

    test('let one of 32 updates with the same precondition through', async () => {
      const [one, two] = await sharedStore()
      const head = await one.create('/a', 'start')
      const updates = Array.from({ length: 32 }, (_, index) =>
        outcome(
          (index % 2 === 0 ? one : two).update(head, {
            content: `${index}`,
            expected: head.sha256,
          }),
        ),
      )
      const codes = await Promise.all(updates)
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
      expect(codes.filter((code) => code === 'precondition_failed')).toHaveLength(31)
    })

    test('lose a race without a trace', async () => {
      const [one, two] = await sharedStore()
      for (let round = 0; round < 40; round += 1) {
        const path = `/${round}`
        const head = await one.create(path, 'start')
        const [deleted, updated] = await Promise.all([
          outcome(one.remove(head, head.sha256)),
          outcome(two.update(head, { content: 'new' })),
        ])
        const isLive = (await two.paths({ prefix: '/', limit: 100 })).includes(path)
        expect([deleted, updated, isLive]).toEqual(
          isLive ? ['precondition_failed', 'done', true] : ['done', 'not_found', false],
        )
      }
    })

    test('lose a race for an update without a trace', async () => {
      const [one, two] = await sharedStore()
      let head = await one.create('/a', 'start')
      for (let round = 0; round < 40; round += 1) {
        const { sha256: expected } = head
        const codes = await Promise.all([
          outcome(one.update(head, { content: `one ${round}`, expected })),
          outcome(two.update(head, { content: `two ${round}`, expected })),
        ])
        expect(codes.sort()).toEqual(['done', 'precondition_failed'])
        const memory = await one.memory(head)
        expect(await two.list({ content: true })).toEqual([memory])
        head = { ...head, sha256: memory.sha256 }
      }
    })

    test('write to one hot store without ever giving up', async () => {
      const [one, two] = await sharedStore()
      const writes: Promise<string>[] = []
      for (let index = 0; index < 200; index += 1) {
        writes.push(outcome(one.create(`/one/${index}`)), outcome(two.create(`/two/${index}`)))
        // One at a time: each has to win against the other process on its own.
        if (index % 4 === 0) await Promise.all(writes)
      }
      expect(new Set(await Promise.all(writes))).toEqual(new Set(['done']))
      const changes = await two.changes({ limit: 500 })
      expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => index + 1))
      expect(changes).toHaveLength(401)
    })

    test('run batches against single writes', async () => {
      const [one, two] = await sharedStore()
      const head = await one.create('/counter', '0')
      const batches = Array.from({ length: 10 }, (_, round) =>
        outcome(
          one.batch(
            one.createCommand(`/b/${round}`, 'x'),
            one.updateCommand({ path: `/b/${round}` }, { path: `/c/${round}` }),
          ),
        ),
      )
      const singles = Array.from({ length: 20 }, (_, index) =>
        outcome(two.update(head, { content: `${index + 1}` })),
      )
      expect(new Set(await Promise.all([...batches, ...singles]))).toEqual(new Set(['done']))
      expect((await two.usage()).seq).toBe(2 + 20 + 20)
    })

    test('tell each other about changes', async () => {
      const [one, two] = await sharedStore()
      const told = new Promise<void>((resolve) => {
        const end = pair.two.subscribe((storeId) => {
          if (storeId !== one.storeId) return
          end()
          resolve()
        })
      })
      // Nobody has read this feed through the other, so it does not ask for its sequence by itself.
      await one.create('/a')
      await told
      expect(await two.changes({ after: 1 })).toHaveLength(1)
    })

    test('hear of a change whose writer died before it could tell', async () => {
      const [one] = await sharedStore()
      const told = new Promise<void>((resolve) => {
        const end = pair.one.subscribe((storeId) => {
          if (storeId !== one.storeId) return
          end()
          resolve()
        })
      })
      await one.changes()
      await administer(
        pair.database.url,
        `UPDATE counters SET seq = seq + 1 WHERE store_id = '${one.storeId}'`,
      )
      await told
    })
  })

  describe('limits over several processes', () => {
    test('of memories and of stores hold', async () => {
      const limits = { ...defaultLimits, storeMemoriesMax: 10, workspaceStoresMax: 3 }
      await using pair = await openPair({ limits })
      const storages = [pair.one, pair.two]
      const scribe = await newScribe(pair.one)
      const creates = Array.from({ length: 50 }, (_, index) =>
        outcome(scribe.through(storages[index % 2]!).create(`/${index}`)),
      )
      expect((await Promise.all(creates)).filter((code) => code === 'done')).toHaveLength(10)
      expect((await scribe.usage()).memories).toBe(10)
      const workspaceId = await newWorkspace(pair.one)
      const wish = { type: 'create_store', name: 'n', description: '', metadata: {}, by } as const
      const stores = Array.from({ length: 20 }, (_, index) =>
        outcome(storages[index % 2]!.commit({ ...wish, workspaceId })),
      )
      expect((await Promise.all(stores)).filter((code) => code === 'done')).toHaveLength(3)
    })

    test('sweeps at once remove and count everything once', async () => {
      const clock = handClock()
      await using pair = await openPair({
        clock: clock.read,
        retention: { keepMs: dayMs, recentVersions: 0 },
      })
      const scribe = await newScribe(pair.one)
      const head = await scribe.create('/a', 'x')
      const doomed = await newScribe(pair.one)
      await doomed.create('/a')
      await doomed.destroy()
      const updates = Array.from({ length: 600 }, (_, index) =>
        scribe.updateCommand(head, { content: `${index}` }),
      )
      await scribe.batch(...updates)
      clock.now += dayMs
      const [one, two, ...written] = await Promise.all([
        pair.one.sweep(signal),
        pair.two.sweep(signal),
        ...Array.from({ length: 10 }, (_, index) => scribe.create(`/${index}`)),
      ])
      expect(one + two).toBe(601)
      expect(written).toHaveLength(10)
      expect(await scribe.usage()).toMatchObject({ versions: 11, memories: 11 })
    })

    test('clocks that differ never turn back the time of a store', async () => {
      await using database = await createDatabase()
      await using one = await openPostgres(
        database.url,
        optionsWith({ clock: () => 2_000_000_000_000 }),
      )
      await using two = await openPostgres(
        database.url,
        optionsWith({ clock: () => 1_000_000_000_000 }),
      )
      const scribe = await newScribe(one)
      await scribe.create('/a')
      const late = await scribe.through(two).create('/b')
      expect(late.createdAt).toBe(2_000_000_000_000)
    })

    test('opening an empty database at once migrates it once', async () => {
      await using database = await createDatabase()
      const storages = await Promise.all(
        Array.from({ length: 4 }, () => openPostgres(database.url, optionsWith())),
      )
      const keys = await Promise.all(storages.map((storage) => storage.view.cursorKey()))
      expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
      await Promise.all(storages.map((storage) => storage[Symbol.asyncDispose]()))
    })
  })
}
