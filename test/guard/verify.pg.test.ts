// The same damage in PostgreSQL, each in a copy of one furnished database.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { administer, createDatabase, missingPostgres, type Database } from '../support/postgres.ts'
import { furnish, seeds } from '../support/seeds.ts'
import { openStage } from '../support/stage.ts'
import { optionsWith } from '../support/storages.ts'
import { findingsIn } from '../support/verified.ts'

const missing = missingPostgres()

describe.skipIf(missing !== undefined)('a check of a PostgreSQL database', () => {
  let original: Database

  beforeAll(async () => {
    original = await createDatabase()
    const stage = await openStage({ flags: { database: original.url } })
    await furnish(stage)
    await stage[Symbol.asyncDispose]()
  })
  afterAll(() => original[Symbol.asyncDispose]())

  let copies = 0
  async function withCopy<Value>(work: (url: string) => Promise<Value>): Promise<Value> {
    copies += 1
    const name = new URL(original.url).pathname.slice(1)
    const maintenance = new URL(original.url)
    maintenance.pathname = '/postgres'
    const copy = new URL(original.url)
    copy.pathname = `${copy.pathname}_${copies}`
    await administer(maintenance.href, `CREATE DATABASE ${name}_${copies} TEMPLATE ${name}`)
    try {
      return await work(copy.href)
    } finally {
      await administer(maintenance.href, `DROP DATABASE ${name}_${copies} WITH (FORCE)`)
    }
  }

  async function check(url: string) {
    await using storage = await openPostgres(url, optionsWith())
    return await findingsIn(storage.guard.verify(new AbortController().signal))
  }

  test('finds nothing where nothing is wrong', async () => {
    expect(await withCopy(check)).toEqual([])
  })

  test.each(seeds.filter(({ postgres }) => postgres !== undefined))(
    'finds $name',
    async ({ postgres, rule, says }) => {
      const found = await withCopy(async (url) => {
        await administer(url, postgres ?? '')
        return await check(url)
      })
      const same = found.filter((one) => one.rule === rule)
      expect(same.map(({ where, message }) => `${where} ${message}`).join('\n')).toMatch(says)
    },
  )
})

test.skipIf(missing === undefined || process.env['CI'] !== 'true')('needs a server', () => {
  throw new Error(`no PostgreSQL to test on: ${missing}`)
})
