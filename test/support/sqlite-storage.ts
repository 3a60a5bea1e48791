// An SQLite storage in a directory of its own, gone with it.
import { mkdtemp, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { optionsWith, type OpenStorage } from './storages.ts'

export const openSqliteStorage: OpenStorage = async (options) => {
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-storage-'))
  let storage = await openSqlite(directory, optionsWith(options))
  return {
    get storage() {
      return storage
    },
    reopen: async (reopened = options) => {
      await storage[Symbol.asyncDispose]()
      storage = await openSqlite(directory, optionsWith(reopened))
      return storage
    },
    pretendNewer: async () => {
      const database = new DatabaseSync(join(directory, 'palimpsest.db'))
      database.exec('PRAGMA user_version = 999')
      database.close()
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await storage[Symbol.asyncDispose]()
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}
