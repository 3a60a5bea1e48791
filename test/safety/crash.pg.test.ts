import { createDatabase } from '../support/postgres.ts'
import { crashContract } from './crash.contract.ts'
import { undoKilledContract } from './undo-killed.contract.ts'

const place = async () => {
  const database = await createDatabase()
  return {
    flags: ['--database', database.url],
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

crashContract('PostgreSQL', place)
undoKilledContract('PostgreSQL', place)
