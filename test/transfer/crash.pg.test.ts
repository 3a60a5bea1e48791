import { createDatabase } from '../support/postgres.ts'
import { transferCrashContract } from './crash.contract.ts'

transferCrashContract('PostgreSQL', async () => {
  const database = await createDatabase()
  return {
    flags: ['--database', database.url],
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
})
