import { test } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { createDatabase, missingPostgres } from '../support/postgres.ts'
import { optionsWith } from '../support/storages.ts'
import { besideContract } from './beside.contract.ts'

const missing = missingPostgres()

if (missing === undefined) {
  besideContract('PostgreSQL', async () => {
    const database = await createDatabase()
    const storage = await openPostgres(database.url, optionsWith())
    return {
      storage,
      async [Symbol.asyncDispose]() {
        await storage[Symbol.asyncDispose]()
        await database[Symbol.asyncDispose]()
      },
    }
  })
} else {
  test.skipIf(process.env['CI'] !== 'true')(`needs a server: ${missing}`, () => {
    throw new Error(`no PostgreSQL to test on: ${missing}`)
  })
}
