// A PostgreSQL storage in a database of its own, gone with it.
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { administer, createDatabase } from './postgres.ts'
import { optionsWith, type OpenStorage } from './storages.ts'

export const openPostgresStorage: OpenStorage = async (options) => {
  const database = await createDatabase()
  let storage = await openPostgres(database.url, optionsWith(options))
  return {
    get storage() {
      return storage
    },
    reopen: async (reopened = options) => {
      await storage[Symbol.asyncDispose]()
      storage = await openPostgres(database.url, optionsWith(reopened))
      return storage
    },
    pretendNewer: () => administer(database.url, 'INSERT INTO migrations (number) VALUES (999)'),
    [Symbol.asyncDispose]: async () => {
      try {
        await storage[Symbol.asyncDispose]()
      } finally {
        await database[Symbol.asyncDispose]()
      }
    },
  }
}
