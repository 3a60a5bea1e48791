// A sweep plans first and removes then: what it planned for a deleted memory does not go when that
// lives again by then.
import type { QueryConfig } from 'pg'
import { describe, expect, test } from 'vitest'
import { dayMs } from '../../src/domain/limits.ts'
import { openPools, type Pools } from '../../src/storage/postgres/connection.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { purgeStore } from '../../src/storage/postgres/retention.ts'
import { createDatabase, missingPostgres } from '../support/postgres.ts'
import { newScribe } from '../support/scribe.ts'
import { handClock, optionsWith } from '../support/storages.ts'

const missing = missingPostgres()

/** The same pools, and something that happens right behind the first plan. */
function pausing(pools: Pools, meanwhile: () => Promise<void>): Pools {
  let isPlanned = false
  const query = async (statement: { readonly name: string }) => {
    const result = await pools.readers.query(statement as QueryConfig)
    if (statement.name === 'sweep_histories' && !isPlanned) {
      isPlanned = true
      await meanwhile()
    }
    return result
  }
  return { ...pools, readers: Object.assign(Object.create(pools.readers), { query }) as never }
}

describe.skipIf(missing !== undefined)('a sweep in PostgreSQL', () => {
  test.each(['revived', 'revived and deleted again'])(
    'keeps the versions of a memory that was %s since it was planned',
    async (fate) => {
      await using database = await createDatabase()
      const clock = handClock()
      const retention = { keepMs: 10 * dayMs, recentVersions: 5 }
      const options = optionsWith({ retention, clock: clock.read })
      await using storage = await openPostgres(database.url, options)
      await using pools = openPools(database.url)
      const scribe = await newScribe(storage)
      const head = await scribe.create('/dir/a', '1')
      await scribe.update(head, { path: '/b', content: '2' })
      await scribe.remove(head)
      const stays = await scribe.create('/stays', '1')
      await scribe.remove(stays)
      clock.now += 11 * dayMs
      const meanwhile = async () => {
        await scribe.revive(head, 3)
        if (fate !== 'revived') await scribe.remove(head)
      }
      const engine = { pools: pausing(pools, meanwhile), options }
      const { signal } = new AbortController()
      // The other memory goes as it was planned.
      expect(await purgeStore(engine, scribe.storeId, signal)).toBe(2)
      const left = await scribe.versions({ memoryId: scribe.idOf(head) })
      expect(left.map(({ seq }) => seq)).toEqual(
        fate === 'revived' ? [7, 4, 3, 2] : [8, 7, 4, 3, 2],
      )
      expect(left.at(-1)).toMatchObject({ path: '/dir/a', content: '1' })
      expect(await scribe.usage()).toMatchObject({ versions: left.length, historyFrom: 6 })
    },
  )
})

test.skipIf(missing === undefined || process.env['CI'] !== 'true')('needs a server', () => {
  throw new Error(`no PostgreSQL to test on: ${missing}`)
})
