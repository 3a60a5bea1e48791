import { randomBytes } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { DomainError } from '../../domain/errors.ts'
import { postgres0001 } from '../migrations/postgres-0001.ts'
import { postgres0002 } from '../migrations/postgres-0002.ts'
import { postgres0003 } from '../migrations/postgres-0003.ts'
import { postgres0004 } from '../migrations/postgres-0004.ts'
import { postgres0005 } from '../migrations/postgres-0005.ts'
import { postgres0006 } from '../migrations/postgres-0006.ts'
import { postgres0007 } from '../migrations/postgres-0007.ts'
import { postgres0008 } from '../migrations/postgres-0008.ts'
import { transact } from './connection.ts'

/** Numbered from 1, applied in order. */
const migrations = [
  postgres0001,
  postgres0002,
  postgres0003,
  postgres0004,
  postgres0005,
  postgres0006,
  postgres0007,
  postgres0008,
]

/**
 * Any number, the same in every version of the program: processes that start together take turns.
 */
const migrationLock = 7_262_537_181

/**
 * Brings the schema to this program's version, all of it or nothing.
 * @throws DomainError `unavailable` when a newer program has been here
 */
export async function migrate(pool: Pool): Promise<void> {
  await transact(pool, async (session) => {
    await session.query('SET LOCAL statement_timeout = 0')
    await session.query(`SELECT pg_advisory_xact_lock(${migrationLock})`)
    await session.query(
      'CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const applied = await session.query('SELECT coalesce(max(number), 0) AS number FROM migrations')
    const version = Number(applied.rows[0]?.number)
    if (version > migrations.length) {
      throw new DomainError({
        code: 'unavailable',
        message: `the database has schema ${version}, this program knows up to ${migrations.length}: run a newer palimpsest`,
      })
    }
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue
      await session.query(sql)
      await session.query('INSERT INTO migrations (number) VALUES ($1)', [index + 1])
    }
    if (version === 0) await preferFastCompression(session)
    await session.query(
      "INSERT INTO settings (name, value) VALUES ('cursor_key', $1) ON CONFLICT DO NOTHING",
      [randomBytes(32)],
    )
  })
}

/** LZ4 costs a fraction of the default's time; servers built without it keep the default. */
async function preferFastCompression(session: PoolClient): Promise<void> {
  await session.query('SAVEPOINT compression')
  await session
    .query('ALTER TABLE changes ALTER COLUMN content SET COMPRESSION lz4')
    .catch(() => session.query('ROLLBACK TO SAVEPOINT compression'))
}
