// Search by several servers over one database.
import { describe, expect, test } from 'vitest'
import { openInProcess } from '../support/in-process.ts'
import { createDatabase, missingPostgres } from '../support/postgres.ts'

const missing = missingPostgres()

describe('two servers over one database', () => {
  test.skipIf(missing !== undefined && process.env['CI'] !== 'true')(
    'find what the other wrote at once, and not what it erased',
    async () => {
      await using database = await createDatabase()
      const place = {
        directory: '',
        flags: { database: database.url },
        [Symbol.asyncDispose]: async () => undefined,
      }
      await using first = await openInProcess(place)
      await using second = await openInProcess(place)
      const [one, other] = [first.operator, second.operator]
      const { id: storeId } = await one.createStore({ name: 'x' })
      const found = async () => [
        ...(await other.searchStore({ storeId, query: 'secret' })).items.map(({ path }) => path),
        ...(await other.grepStore({ storeId, pattern: 'secre.' })).items.map(({ path }) => path),
      ]
      expect(await found()).toEqual([])
      for (let round = 0; round < 10; round += 1) {
        const path = `/m${round}`
        const memory = await one.createMemory({ storeId, path, content: 'a secret' })
        expect(await found()).toEqual([path, path])
        await one.updateMemory({ storeId, memoryId: memory.id, content: 'harmless' })
        expect(await found()).toEqual([])
        await one.redactVersion({ storeId, versionId: memory.versionId })
        expect(await found()).toEqual([])
      }
      await one.deleteStore({ storeId })
      await expect(found()).rejects.toThrow('memory store not found')
    },
  )
})
