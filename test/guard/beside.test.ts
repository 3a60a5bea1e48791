import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { temporaryPlace } from '../support/in-process.ts'
import { optionsWith } from '../support/storages.ts'
import { besideContract } from './beside.contract.ts'

besideContract('SQLite', async () => {
  const place = await temporaryPlace()
  const storage = await openSqlite(place.directory, optionsWith())
  return {
    storage,
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
})
