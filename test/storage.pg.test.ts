import { describe, test } from 'vitest'
import { postgresPlansContract } from './storage/postgres-plans.contract.ts'
import { postgresFailuresContract } from './storage/postgres-failures.contract.ts'
import { postgresProcessesContract } from './storage/postgres-processes.contract.ts'
import { storageContract } from './storage.contract.ts'
import { openPostgresStorage } from './support/postgres-storage.ts'
import { missingPostgres } from './support/postgres.ts'

const missing = missingPostgres()
if (missing === undefined) {
  storageContract('PostgreSQL', openPostgresStorage)
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
