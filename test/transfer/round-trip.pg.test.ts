import { afterAll, beforeAll, describe, test } from 'vitest'
import { openInProcess } from '../support/in-process.ts'
import { createDatabase, missingPostgres } from '../support/postgres.ts'
import type { World } from '../support/world.ts'
import { roundTripContract } from './round-trip.contract.ts'

const missing = missingPostgres()

describe('histories on PostgreSQL', () => {
  if (missing !== undefined) {
    test.skipIf(process.env['CI'] !== 'true')(`needs a server: ${missing}`, () => {
      throw new Error(`no PostgreSQL to test on: ${missing}`)
    })
    return
  }
  let world: World
  beforeAll(async () => {
    const database = await createDatabase()
    world = await openInProcess({
      directory: '',
      flags: { database: database.url },
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    })
  })
  afterAll(() => world[Symbol.asyncDispose]())
  roundTripContract({
    get world() {
      return world
    },
  })
})
