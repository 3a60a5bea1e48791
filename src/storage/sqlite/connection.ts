import { DatabaseSync } from 'node:sqlite'
import { assert } from '../../domain/assert.ts'

/** The first release without the WAL-reset bug: 3.51.3, as a comparable number. */
const versionMin = 3_051_003

const common = [
  'PRAGMA busy_timeout = 5000',
  'PRAGMA foreign_keys = OFF',
  'PRAGMA trusted_schema = OFF',
  'PRAGMA temp_store = MEMORY',
]

/** The one connection that writes. Every commit is synced: `synchronous=FULL`, asserted. */
export function openWriter(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  tune(db)
  // Freed bytes are overwritten: what is redacted or deleted must not stay in the file.
  db.exec('PRAGMA secure_delete = ON')
  assert(pragma(db, 'secure_delete') === 1, 'SQLite must overwrite what is deleted')
  // What is written lately is in the WAL index and the system's cache: more than this gains
  // nothing.
  db.exec('PRAGMA cache_size = -8000')
  return db
}

/** A connection that only reads; it never waits for the writer. */
export function openReader(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  tune(db)
  db.exec('PRAGMA query_only = ON')
  db.exec('PRAGMA cache_size = -16000')
  return db
}

/** A connection for checkpoints: it moves pages, and reads to plan the sweep. */
export function openHousekeeper(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  tune(db)
  db.exec('PRAGMA cache_size = -2000')
  return db
}

function tune(db: DatabaseSync): void {
  for (const statement of common) db.exec(statement)
  // After the WAL pragma and on every connection: some builds fall back to NORMAL in WAL mode.
  db.exec('PRAGMA synchronous = FULL')
  db.exec('PRAGMA wal_autocheckpoint = 0')
  assert(sqliteVersion(db) >= versionMin, 'SQLite must be 3.51.3 or newer')
  assert(pragma(db, 'synchronous') === 2, 'every SQLite connection must run with synchronous=FULL')
  assert(pragma(db, 'journal_mode') === 'wal', 'SQLite must be in WAL mode')
}

function sqliteVersion(db: DatabaseSync): number {
  const text = String(db.prepare('SELECT sqlite_version() AS version').get()?.['version'])
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number)
  return major * 1_000_000 + minor * 1_000 + patch
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

/** Frames in the WAL, and how many of them are already in the database file. */
export interface WalState {
  readonly busy: boolean
  readonly frames: number
  readonly checkpointed: number
}

export type CheckpointMode = 'NOOP' | 'PASSIVE' | 'TRUNCATE'

/**
 * NOOP only looks; PASSIVE moves what it can without waiting; TRUNCATE waits and empties the WAL.
 */
export function checkpoint(db: DatabaseSync, mode: CheckpointMode): WalState {
  const row = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get()
  return {
    busy: row?.['busy'] === 1,
    frames: Number(row?.['log']),
    checkpointed: Number(row?.['checkpointed']),
  }
}
