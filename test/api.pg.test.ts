import { describe, test } from 'vitest'
import { apiContract } from './api.contract.ts'
import { openInProcess, type Place } from './support/in-process.ts'
import { openConnected, openOfficial } from './support/over-http.ts'
import { createDatabase, missingPostgres } from './support/postgres.ts'

async function databasePlace(): Promise<Place> {
  const database = await createDatabase()
  return {
    directory: '',
    flags: { database: database.url },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

const missing = missingPostgres()
if (missing === undefined) {
  apiContract('in process, over PostgreSQL', async (limits) =>
    openInProcess(await databasePlace(), limits),
  )
  apiContract('through our client, over PostgreSQL', async (limits) =>
    openConnected(await databasePlace(), limits),
  )
  apiContract('through the official SDK 1.x, over PostgreSQL', async (limits) =>
    openOfficial('1.x', await databasePlace(), limits),
  )
} else {
  describe('the Api over PostgreSQL', () => {
    test.skipIf(process.env['CI'] !== 'true')(`needs a server: ${missing}`, () => {
      throw new Error(`no PostgreSQL to test on: ${missing}`)
    })
  })
}
