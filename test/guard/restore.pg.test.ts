// The procedures of docs/operate/postgresql.md, carried out: a copy is made while the program
// serves, restored elsewhere, checked with `verify`, and read.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, test, type TestContext } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { administer, createDatabase, missingPostgres } from '../support/postgres.ts'
import { startPostgres, startPostgresOn } from '../support/postgres-server.ts'
import { newScribe } from '../support/scribe.ts'
import { furnish } from '../support/seeds.ts'
import { openStage } from '../support/stage.ts'
import { optionsWith } from '../support/storages.ts'
import { findingsIn } from '../support/verified.ts'

const missing = missingPostgres()
const never = new AbortController().signal

async function check(url: string): Promise<void> {
  await using storage = await openPostgres(url, optionsWith())
  expect(await findingsIn(storage.guard.verify(never))).toEqual([])
}

const debianPrograms = '/usr/lib/postgresql'

/**
 * The programs of an installed PostgreSQL, its tools and its server: a dump is made by programs at
 * least as new as the server. Undefined where there are none.
 */
function installedBinaries(): string | undefined {
  const versions = existsSync(debianPrograms) ? readdirSync(debianPrograms) : []
  const programs = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'pg_basebackup']
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(debianPrograms, version, 'bin'))
    .find((directory) => programs.every((program) => existsSync(join(directory, program))))
}

function needBinaries(context: TestContext): string {
  const binaries = installedBinaries()
  const why = 'no PostgreSQL is installed, whose tools could be used'
  if (binaries === undefined && process.env['CI'] === 'true') throw new Error(why)
  context.skip(binaries === undefined, why)
  return binaries ?? ''
}

describe.skipIf(missing !== undefined)('a PostgreSQL database', () => {
  test('is dumped while it serves, restored into an empty one, and verified', async (context) => {
    const binaries = needBinaries(context)
    await using server = await startPostgres([], binaries)
    await using original = await createDatabase(server.url)
    await using stage = await openStage({ flags: { database: original.url } })
    await furnish(stage)
    const home = await mkdtemp(join(tmpdir(), 'palimpsest-dump-'))
    try {
      const file = join(home, 'palimpsest.dump')
      await run(join(binaries, 'pg_dump'), ['--format=custom', `--file=${file}`, original.url])
      await using copy = await createDatabase(server.url)
      await run(join(binaries, 'pg_restore'), [
        '--no-owner',
        '--exit-on-error',
        `--dbname=${copy.url}`,
        file,
      ])
      await check(copy.url)
      await using restored = await openStage({ flags: { database: copy.url } })
      expect((await restored.api.listStores({})).items).toEqual(
        (await stage.api.listStores({})).items,
      )
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })

  test('is copied as files while it serves, and a server started on the copy', async () => {
    await copiedWhileItServes(undefined, copyCluster)
  })

  test('is copied by pg_basebackup while it serves', async (context) => {
    const binaries = needBinaries(context)
    await copiedWhileItServes(binaries, async (url, home) => {
      const data = join(home, 'data')
      const how = ['--wal-method=stream', '--checkpoint=fast', `--dbname=${url}`]
      await run(join(binaries, 'pg_basebackup'), [`--pgdata=${data}`, ...how])
      await giveTo(home, data)
    })
  })
})

async function copiedWhileItServes(
  binaries: string | undefined,
  copyTo: (url: string, home: string) => Promise<void>,
): Promise<void> {
  await using server = await startPostgres([], binaries)
  await administer(server.url, 'CREATE DATABASE palimpsest')
  const url = new URL(server.url)
  url.pathname = '/palimpsest'
  await using storage = await openPostgres(url.href, optionsWith())
  const scribe = await newScribe(storage)
  await scribe.createAll('/a', '/b')
  const writing = { count: 0, isOver: false }
  const writes = (async () => {
    for (; !writing.isOver; writing.count += 1) await scribe.create(`/w${writing.count}`)
  })()
  const home = await mkdtemp(join(tmpdir(), 'palimpsest-base-'))
  try {
    await copyTo(server.url, home)
    writing.isOver = true
    await writes
    await using copy = await startPostgresOn(join(home, 'data'), home, binaries)
    const restored = new URL(copy.url)
    restored.pathname = '/palimpsest'
    await check(restored.href)
    await using there = await openPostgres(restored.href, optionsWith())
    expect(await scribe.through(there).paths()).toEqual(expect.arrayContaining(['/a', '/b']))
  } finally {
    writing.isOver = true
    await rm(home, { recursive: true, force: true })
  }
}

/** As `pg_basebackup` does it: told to the server, copied file by file, its end told as well. */
async function copyCluster(url: string, home: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('SHOW data_directory')
    const data = String(rows[0]?.data_directory)
    await client.query("SELECT pg_backup_start('copy', fast => true)")
    const copy = join(home, 'data')
    const isOwn = (path: string) => !/postmaster\.(pid|opts)$|\/pg_wal\/./.test(path)
    await cp(data, copy, { recursive: true, filter: isOwn })
    const stopped = await client.query('SELECT * FROM pg_backup_stop(wait_for_archive => false)')
    await writeFile(join(copy, 'backup_label'), String(stopped.rows[0]?.labelfile))
    await cp(join(data, 'pg_wal'), join(copy, 'pg_wal'), { recursive: true })
    await mkdir(join(copy, 'pg_wal', 'archive_status'), { recursive: true })
    await giveTo(home, copy)
  } finally {
    await client.end()
  }
}

/** PostgreSQL wants to own its files, and does not run as root. */
async function giveTo(home: string, data: string): Promise<void> {
  await chmod(home, 0o755)
  await chmod(data, 0o700)
  if (process.getuid?.() !== 0) return
  const nobody = 65_534
  await chown(home, nobody, nobody)
  await run('chown', ['-R', `${nobody}:${nobody}`, data])
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, [...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${complaints}`)
}

test.skipIf(missing === undefined || process.env['CI'] !== 'true')('needs a server', () => {
  throw new Error(`no PostgreSQL to test on: ${missing}`)
})
