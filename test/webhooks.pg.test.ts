import { describe, test } from 'vitest'
import { openPostgresStorage } from './support/postgres-storage.ts'
import { missingPostgres } from './support/postgres.ts'
import { webhooksContract } from './webhooks.contract.ts'

const missing = missingPostgres()
if (missing === undefined) webhooksContract('PostgreSQL', openPostgresStorage)
else {
  describe('webhooks over PostgreSQL', () => {
    test.skipIf(process.env['CI'] !== 'true')(`needs a server: ${missing}`, () => {
      throw new Error(`no PostgreSQL to test on: ${missing}`)
    })
  })
}
