import { describe, test } from 'vitest'
import { missingPostgres } from '../support/postgres.ts'
import { batchAttacks } from './batch.contract.ts'
import { hostileInput } from './hostile-input.contract.ts'
import { historyAttacks } from './history.contract.ts'
import { openOnPostgres } from './installation.ts'
import { tenantAttacks } from './tenants.contract.ts'
import { turmoil } from './turmoil.contract.ts'
import { undoAttacks } from './undo.contract.ts'

const missing = missingPostgres()
if (missing === undefined) {
  hostileInput('PostgreSQL', openOnPostgres)
  batchAttacks('PostgreSQL', openOnPostgres)
  historyAttacks('PostgreSQL', openOnPostgres)
  tenantAttacks('PostgreSQL', openOnPostgres)
  turmoil('PostgreSQL', openOnPostgres)
  undoAttacks('PostgreSQL', openOnPostgres)
} else {
  describe('attacks on PostgreSQL', () => {
    test.skipIf(process.env['CI'] !== 'true')(`need a server: ${missing}`, () => {
      throw new Error(`no PostgreSQL to test on: ${missing}`)
    })
  })
}
