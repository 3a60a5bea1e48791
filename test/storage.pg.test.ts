import { describe, test } from 'vitest'
import { openPostgres } from '../src/storage/postgres/open.ts'
import { postgresPlansContract } from './storage/postgres-plans.contract.ts'
import { postgresFailuresContract } from './storage/postgres-failures.contract.ts'
import { postgresProcessesContract } from './storage/postgres-processes.contract.ts'
import { storageContract } from './storage.contract.ts'
import { administer, createDatabase, missingPostgres } from './support/postgres.ts'
import { optionsWith, type OpenStorage } from './support/storages.ts'

const open: OpenStorage = async (options) => {
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

const missing = missingPostgres()
if (missing === undefined) {
  storageContract('PostgreSQL', open)
  postgresProcessesContract()
  postgresFailuresContract()
  postgresPlansContract()
} else {
  describe('storage in PostgreSQL', () => {
    test.skipIf(process.env['CI'] !== 'true')(`needs a server: ${missing}`, () => {
      throw new Error(`no PostgreSQL to test on: ${missing}`)
    })
  })
}
