import { expect } from 'vitest'
import { createDatabase, isInUse } from '../support/postgres.ts'
import { crashContract } from './crash.contract.ts'
import { undoKilledContract } from './undo-killed.contract.ts'

const place = async () => {
  const database = await createDatabase()
  return {
    flags: ['--database', database.url],
    // What a server had sent is carried out without it, too.
    settled: () => expect.poll(() => isInUse(database.url)).toBe(false),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

crashContract('PostgreSQL', place)
undoKilledContract('PostgreSQL', place)
