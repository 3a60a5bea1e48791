import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { DomainError } from '../../domain/errors.ts'
import { sqlite0001 } from '../migrations/sqlite-0001.ts'
import { sqlite0002 } from '../migrations/sqlite-0002.ts'
import { sqlite0003 } from '../migrations/sqlite-0003.ts'
import { sqlite0004 } from '../migrations/sqlite-0004.ts'
import { sqlite0005 } from '../migrations/sqlite-0005.ts'
import { sqlite0006 } from '../migrations/sqlite-0006.ts'
import { sqlite0007 } from '../migrations/sqlite-0007.ts'
import { sqlite0008 } from '../migrations/sqlite-0008.ts'

/** Numbered from 1, applied in order, each in a transaction of its own. */
const migrations = [
  sqlite0001,
  sqlite0002,
  sqlite0003,
  sqlite0004,
  sqlite0005,
  sqlite0006,
  sqlite0007,
  sqlite0008,
]

/**
 * Brings the schema to this program's version. The caller holds the directory's lock.
 * @throws DomainError `unavailable` when a newer program has been here
 */
export function migrate(db: DatabaseSync): void {
  const version = versionOf(db)
  if (version > migrations.length) {
    throw new DomainError({
      code: 'unavailable',
      message: `the database has schema ${version}, this program knows up to ${migrations.length}: run a newer palimpsest`,
    })
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    db.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
  db.prepare('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)').run(
    'cursor_key',
    randomBytes(32),
  )
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
}

/** What a schema of before a migration has not: its number, and nothing in the place of it. */
const lacks: readonly (readonly [number, string])[] = [
  [8, 'CREATE TEMP VIEW changes AS SELECT *, NULL AS reason FROM main.changes'],
]

/**
 * Lets a connection that only reads see a copy of before a migration as it will be after it: the
 * copy itself is brought up to date when it is served.
 */
export function readAsNewest(db: DatabaseSync): void {
  const version = versionOf(db)
  for (const [number, sql] of lacks) if (version < number) db.exec(sql)
}
