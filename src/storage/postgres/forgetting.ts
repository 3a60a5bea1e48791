import { forgetReads } from '../forget/reads.ts'
import { textPlaces } from '../forget/places.ts'
import type { Forgetting } from '../port/forget.ts'
import type { Pools } from './connection.ts'
import { failure } from './failure.ts'
import { runScript } from './run-script.ts'

export function postgresForgetting({ readers, writers }: Pools): Forgetting {
  return {
    ...forgetReads((script) =>
      runScript(readers, script).catch((error: unknown) => {
        throw failure(error)
      }),
    ),
    destroyErased: async () => {
      const places = Object.values(textPlaces).map(({ table, heldBy = table }) => heldBy)
      const tables = new Set(['changes', 'memories', 'forget_runs', ...places])
      const client = await writers.connect().catch((error: unknown) => {
        throw failure(error)
      })
      try {
        await client.query('SET statement_timeout = 0')
        // The planner's statistics hold samples of what columns held.
        await client.query(`VACUUM (ANALYZE) ${[...tables].join(', ')}`)
        // Only a superuser may; of others PostgreSQL takes no notice, besides a warning.
        await client.query('VACUUM pg_catalog.pg_statistic')
      } catch (error) {
        throw failure(error)
      } finally {
        // Its settings are not those of the others.
        client.release(true)
      }
    },
    unreachable: [
      'the write-ahead log of PostgreSQL, its archive, and standbys',
      'files of PostgreSQL where VACUUM let old rows go without overwriting them: VACUUM FULL does (docs/operate/postgresql.md)',
      'older blocks of the file system and the disk',
    ],
  }
}
