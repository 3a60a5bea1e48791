// PostgreSQL's own load generator, for the floor that creates over HTTP are held against.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'

const debianHome = '/usr/lib/postgresql'

/** Where pgbench is, undefined when it is not installed. */
export function findPgbench(): string | undefined {
  const versions = existsSync(debianHome) ? readdirSync(debianHome).sort().toReversed() : []
  const places = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...versions.map((version) => join(debianHome, version, 'bin')),
  ]
  return places.map((place) => join(place, 'pgbench')).find((file) => existsSync(file))
}

const table = `CREATE TABLE IF NOT EXISTS single_inserts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)`

export interface PgbenchOptions {
  readonly program: string
  readonly url: string
  /** A directory for the script. */
  readonly directory: string
  readonly connections: number
  readonly seconds: number
  /** What every insert carries, as a parameter. */
  readonly body: string
}

/** Prepared single-row inserts a second. */
export async function insertsPerSecond(options: PgbenchOptions): Promise<number> {
  await prepare(options.url)
  const script = join(options.directory, 'insert.sql')
  writeFileSync(script, 'INSERT INTO single_inserts (body) VALUES (:body);\n')
  const { stdout } = await promisify(execFile)(options.program, [
    '--no-vacuum',
    '--protocol=prepared',
    `--client=${options.connections}`,
    '--jobs=2',
    `--time=${options.seconds}`,
    `--file=${script}`,
    `--define=body=${options.body}`,
    options.url,
  ])
  const rate = /^tps = ([\d.]+)/m.exec(stdout)?.[1]
  if (rate === undefined) throw new Error(`pgbench said no rate: ${stdout}`)
  return Math.round(Number(rate))
}

async function prepare(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(table)
  await client.end()
}
