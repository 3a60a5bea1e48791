// As revived-in-sweep.pg.test.ts: the plan of a sweep is older than the removal.
import { mkdtemp, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dayMs } from '../../src/domain/limits.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { planRemovals, removeVersions, sidOf } from '../../src/storage/sqlite/reap.ts'
import { Statements } from '../../src/storage/sqlite/statement.ts'
import { newScribe } from '../support/scribe.ts'
import { handClock, optionsWith } from '../support/storages.ts'

test.each(['revived', 'revived and deleted again'])(
  'a sweep in SQLite keeps the versions of a memory that was %s since it was planned',
  async (fate) => {
    const directory = await mkdtemp(join(tmpdir(), 'palimpsest-sweep-'))
    const clock = handClock()
    const storage = await openSqlite(directory, optionsWith({ clock: clock.read }))
    const scribe = await newScribe(storage)
    const head = await scribe.create('/dir/a', '1')
    await scribe.update(head, { path: '/b', content: '2' })
    await scribe.remove(head)
    const db = new DatabaseSync(join(directory, 'palimpsest.db'))
    const retention = { keepMs: 10 * dayMs, recentVersions: 5 }
    const sid = sidOf(db, scribe.storeId) ?? -1
    const versions = planRemovals(db, sid, { retention, now: clock.now + 11 * dayMs })
    expect(versions.map(({ seq }) => seq)).toEqual([2, 3, 4])
    await scribe.revive(head, 3)
    if (fate !== 'revived') await scribe.remove(head)
    await storage[Symbol.asyncDispose]()
    expect(removeVersions(new Statements(db), { type: 'remove_versions', sid, versions })).toBe(0)
    db.close()
    await rm(directory, { recursive: true, force: true })
  },
)
