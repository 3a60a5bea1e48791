// What only PostgreSQL has to hold: the server may be unsafe, stop, or refuse.
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { administer, createDatabase } from '../support/postgres.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { newScribe } from '../support/scribe.ts'
import { optionsWith } from '../support/storages.ts'
import { outcome, refusal } from '../support/world.ts'

const signal = new AbortController().signal

export function postgresFailuresContract(): void {
  describe('a server that could lose or alter writes', () => {
    const settings: [setting: string, alter: string][] = [
      ['synchronous_commit', 'SET synchronous_commit = off'],
    ]
    test.each(settings)('is refused: %s', async (setting, alter) => {
      await using database = await createDatabase()
      const name = new URL(database.url).pathname.slice(1)
      await administer(database.url, `ALTER DATABASE ${name} ${alter}`)
      const problem = await refusal(openPostgres(database.url, optionsWith()))
      expect(problem).toMatchObject({ code: 'unavailable' })
      expect(problem.message).toContain(setting)
    })

    test('is refused: fsync off, or an encoding other than UTF8', async () => {
      await using server = await startPostgres(['fsync=off'])
      const unsafe = await refusal(openPostgres(server.url, optionsWith()))
      expect(unsafe.message).toContain('set fsync = on')
      await administer(server.url, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'")
      const latin = await refusal(
        openPostgres(server.url.replace(/postgres$/, 'latin'), optionsWith()),
      )
      expect(latin.message).toContain('it has LATIN1')
    })

    test('is refused when it cannot be reached', async () => {
      const problem = await refusal(openPostgres('postgres://127.0.0.1:1/none', optionsWith()))
      expect(problem.code).toBe('unavailable')
    })
  })

  describe('a failing server', () => {
    test('that restarts makes commits and reads fail, and both recover', async () => {
      await using server = await startPostgres()
      await using storage = await openPostgres(server.url, optionsWith())
      const scribe = await newScribe(storage)
      await scribe.create('/before')
      const told: string[] = []
      storage.subscribe((storeId) => told.push(storeId))
      await server.stop()
      const attempts = [
        scribe.create('/down'),
        scribe.paths(),
        storage.checkHealth(),
        storage.sweep(signal),
      ]
      expect(new Set(await Promise.all(attempts.map(outcome)))).toEqual(new Set(['unavailable']))
      await server.start()
      expect(await outcome(scribe.create('/after'))).toBe('done')
      expect(await scribe.paths()).toEqual(['/after', '/before'])
      await storage.checkHealth()
      expect(told).toContain(scribe.storeId)
      // The connection that listens comes back too: another process is heard. Nobody here has read
      // the feed of its store, so this one does not ask for its sequence by itself.
      await using other = await openPostgres(server.url, optionsWith())
      const heard = await newScribe(other)
      await heard.create('/a', 'x')
      await expect
        .poll(async () => {
          await heard.update({ path: '/a' }, { content: `${Math.random()}` })
          return told
        })
        .toContain(heard.storeId)
    })

    test('that cuts a connection while it commits gives an error, never an acknowledgement', async () => {
      await using database = await createDatabase()
      await using storage = await openPostgres(database.url, optionsWith())
      const scribe = await newScribe(storage)
      const admin = new Client({ connectionString: database.url })
      await admin.connect()
      await admin.query('BEGIN')
      await admin.query('SELECT FROM counters FOR UPDATE')
      const waiting = refusal(scribe.create('/a'))
      await expect
        .poll(async () => {
          const cut = await admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
          return cut.rowCount
        })
        .toBe(1)
      expect(await waiting).toMatchObject({ code: 'unavailable' })
      await admin.query('ROLLBACK')
      await admin.end()
      expect(await scribe.paths()).toEqual([])
      await scribe.create('/a')
    })

    const raised: [state: string, code: string][] = [
      ['53100', 'storage_full'],
      ['57014', 'unavailable'],
      ['22P02', 'internal'],
    ]
    test.each(raised)('with state %s is %s, and nothing is stored', async (state, code) => {
      await using database = await createDatabase()
      await using storage = await openPostgres(database.url, optionsWith())
      const scribe = await newScribe(storage)
      await administer(
        database.url,
        `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '${state}'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON changes EXECUTE FUNCTION fail()`,
      )
      const writes = [
        scribe.create('/a'),
        scribe.create('/b'),
        scribe.batch(scribe.createCommand('/c', 'x')),
      ]
      expect(await Promise.all(writes.map(outcome))).toEqual([code, code, code])
      expect((await scribe.usage()).seq).toBe(1)
      await administer(database.url, 'DROP TRIGGER fail ON changes')
      expect((await scribe.create('/a')).headSeq).toBe(2)
    })

    test('that keeps refusing a serialization makes the writer give up with a conflict', async () => {
      await using database = await createDatabase()
      await using storage = await openPostgres(database.url, optionsWith())
      const scribe = await newScribe(storage)
      await administer(
        database.url,
        `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '40001'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON changes EXECUTE FUNCTION fail()`,
      )
      expect(await outcome(scribe.create('/a'))).toBe('conflict')
      expect(await scribe.paths()).toEqual([])
    })
  })

  test('redaction leaves no trace in any row', async () => {
    await using database = await createDatabase()
    await using storage = await openPostgres(database.url, optionsWith())
    const scribe = await newScribe(storage)
    const head = await scribe.create('/very-secret-path', 'very secret content')
    await scribe.update(head, { content: 'clean', path: '/clean' })
    await scribe.redact(scribe.versionIdOf(head))
    const client = new Client({ connectionString: database.url })
    await client.connect()
    for (const table of ['changes', 'memories', 'stores']) {
      const rows = await client.query(`SELECT row_to_json(t)::text AS row FROM ${table} t`)
      expect(rows.rowCount).toBeGreaterThan(0)
      const text = rows.rows.map(({ row }) => String(row)).join('\n')
      expect(text).not.toContain('very-secret-path')
      expect(text).not.toContain(Buffer.from('very secret content').toString('hex'))
      expect(text).not.toContain(head.sha256)
    }
    await client.end()
  })
}
