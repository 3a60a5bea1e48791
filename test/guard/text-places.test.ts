// Whoever adds a column that can hold somebody's text has to say how it is forgotten.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { databaseFile } from '../../src/storage/database-file.ts'
import { textPlaces, type TextPlace } from '../../src/storage/forget/places.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { temporaryPlace } from '../support/in-process.ts'
import { optionsWith } from '../support/storages.ts'

/** Ids, states, hashes, numbers in a notation of ours: nobody writes a text of their own there. */
const ours = /(?:^|_)(?:id|sha256|state|status|role|type|hint|lease|seal|actor|by|request)$/

const known: Readonly<Record<string, string>> = {
  'changes.path': 'goes with its memory',
  'changes.left_path': 'goes with its memory',
  'contents.body': 'goes with its memory',
  'memories.path': 'goes with its memory',
  'forget_runs.body': 'ids and counts; the reason is signed anew',
  'session_events.answers': 'the id of an event',
  'settings.name': 'of the program',
  'settings.value': 'of the program',
  'webhooks.secrets': 'made by the server',
}

function columnsOf(place: TextPlace): (string | undefined)[] {
  const { json, ownJson = [], text, blocks, claim, unique } = place
  return [...json, ...ownJson, ...text, blocks, claim, unique]
}

test('every column that can hold text is walked by a forgetting, or has a reason not to be', async () => {
  await using place = await temporaryPlace()
  await using _storage = await openSqlite(place.directory, optionsWith())
  using db = new DatabaseSync(join(place.directory, databaseFile), { readOnly: true })
  const columns = db
    .prepare(
      `SELECT t.name || '.' || c.name AS name FROM sqlite_master t, pragma_table_info(t.name) c
      WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.type IN ('TEXT', 'BLOB')`,
    )
    .all()
    .map(({ name }) => String(name))
  expect(columns.length).toBeGreaterThan(60)
  const walked = new Set(
    Object.values(textPlaces).flatMap((of) =>
      columnsOf(of).map((column) => `${of.heldBy ?? of.table}.${column}`),
    ),
  )
  const isOurs = (name: string) => ours.test(name.slice(name.indexOf('.') + 1))
  const unknown = columns.filter((name) => {
    return !walked.has(name) && !isOurs(name) && !Object.hasOwn(known, name)
  })
  expect(unknown).toEqual([])
  expect(Object.keys(known).filter((name) => !columns.includes(name))).toEqual([])
})
