// A database of the schema before history: the past that it has can be read after the upgrade.
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { parsePrefix } from '../../src/domain/memory/path.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { temporaryPlace } from '../support/in-process.ts'
import { newScribe, type Scribe } from '../support/scribe.ts'
import { optionsWith } from '../support/storages.ts'

const downgrade = `
  DROP VIEW claims;
  DROP VIEW redaction_reasons;
  DROP INDEX changes_claimed;
  DROP INDEX changes_reasoned;
  ALTER TABLE changes DROP COLUMN reason;
  DROP INDEX left_paths;
  DROP INDEX later_versions;
  ALTER TABLE changes DROP COLUMN left_path;
  ALTER TABLE changes DROP COLUMN claimed;
  DROP TABLE deleted_sessions;
  DROP TABLE forget_runs;
  PRAGMA user_version = 3;
`

async function contentsAt({ storage, scope }: Scribe, seq: number) {
  const query = { prefix: parsePrefix('/'), depth: 0, after: undefined, limit: 100 } as const
  const found = await storage.view.history.memoriesAsOf(scope, { ...query, content: true, seq })
  const items = found.found ? found.value.value : []
  return Object.fromEntries(
    items.map((item) => (isDirectory(item) ? ['', ''] : [item.path, item.content])),
  )
}

test('moves, deletions and redactions of an older database are in its past', async () => {
  await using place = await temporaryPlace()
  const past: [seq: number, contents: Record<string, string | undefined>][] = []
  let scribe: Scribe
  {
    await using storage = await openSqlite(place.directory, optionsWith())
    scribe = await newScribe(storage)
    const note = async () => past.push([(await scribe.usage()).seq, await scribe.contents()])
    const a = await scribe.create('/a', 'one')
    await note()
    const secret = await scribe.update(a, { content: 'secret', path: '/b' })
    await scribe.update(a, { content: 'two', path: '/c' })
    await note()
    await scribe.create('/b', 'another')
    await note()
    await scribe.remove(a)
    await note()
    await scribe.redact(scribe.versionIdOf(secret))
  }
  const database = new DatabaseSync(join(place.directory, 'palimpsest.db'))
  database.exec(downgrade)
  database.close()
  await using storage = await openSqlite(place.directory, optionsWith())
  const after = scribe.through(storage)
  for (const [seq, contents] of past) expect(await contentsAt(after, seq)).toEqual(contents)
  expect(await contentsAt(after, 3)).toEqual({})
})
