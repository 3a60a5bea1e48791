import { createDatabase } from '../support/postgres.ts'
import { crashContract } from './crash.contract.ts'

crashContract('PostgreSQL', async () => {
  const database = await createDatabase()
  return {
    flags: ['--database', database.url],
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
})
