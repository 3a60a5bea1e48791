// What a check of everything sees: every kind of damage, by its name, and nothing where there is
// none.
import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyCopy } from '../../src/server/copies.ts'
import { temporaryPlace, type Place } from '../support/in-process.ts'
import { furnish, seeds } from '../support/seeds.ts'
import { openStage } from '../support/stage.ts'
import { findingsIn } from '../support/verified.ts'
import { outcome } from '../support/world.ts'

let place: Place
let original: string
let copies = 0

beforeAll(async () => {
  place = await temporaryPlace()
  const stage = await openStage(place)
  await furnish(stage)
  // The storage is closed, so one file has all of it.
  await stage[Symbol.asyncDispose]()
  original = join(place.directory, 'palimpsest.db')
})
afterAll(() => place[Symbol.asyncDispose]())

function newCopy(): string {
  copies += 1
  const file = join(place.directory, `copy-${copies}.db`)
  cpSync(original, file)
  return file
}

const check = (file: string) => findingsIn(verifyCopy(file, new AbortController().signal))

describe('a check of a SQLite database', () => {
  test('finds nothing where nothing is wrong', async () => {
    expect(await check(newCopy())).toEqual([])
  })

  test.each(seeds.filter(({ sqlite }) => sqlite !== undefined))(
    'finds $name',
    async ({ sqlite, rule, says }) => {
      const file = newCopy()
      const db = new DatabaseSync(file)
      db.exec(sqlite ?? '')
      db.close()
      const found = await check(file)
      const same = found.filter((one) => one.rule === rule)
      expect(same.map(({ where, message }) => `${where} ${message}`).join('\n')).toMatch(says)
      // Ids and numbers, never what is stored.
      expect(JSON.stringify(found)).not.toMatch(/text|\/two|\/dir\/|hello/)
    },
  )

  test('finds a damaged page, and what it could not look at any more', async () => {
    const file = newCopy()
    const pages = statSync(file).size / 4_096
    const descriptor = openSync(file, 'r+')
    for (let page = 4; page < pages; page += 1) {
      writeSync(descriptor, Buffer.alloc(64, 0xff), 0, 64, page * 4_096)
    }
    closeSync(descriptor)
    const found = await check(file)
    expect(found.map(({ rule }) => rule)).toContain('database')
  })

  test('holds a backup of before a migration to the same rules, and leaves it as it is', async () => {
    const file = newCopy()
    const db = new DatabaseSync(file)
    db.exec(`DROP VIEW claims; DROP VIEW redaction_reasons; DROP INDEX changes_claimed;
      DROP INDEX changes_reasoned; ALTER TABLE changes DROP COLUMN reason; PRAGMA user_version = 7`)
    db.close()
    const bytes = readFileSync(file)
    expect(await check(file)).toEqual([])
    expect(readFileSync(file).equals(bytes)).toBe(true)
    const damaged = new DatabaseSync(file)
    damaged.exec("UPDATE contents SET body = x'616263'")
    damaged.close()
    expect((await check(file)).map(({ rule }) => rule)).toContain('content')
  })

  test('says of what is no database that it cannot be checked', async () => {
    const file = join(place.directory, 'text.db')
    writeFileSync(file, 'not a database, not a database, not a database'.repeat(200))
    expect(await outcome(check(file))).toBe('invalid')
    expect(await outcome(check(join(place.directory, 'none.db')))).toBe('invalid')
  })
})
