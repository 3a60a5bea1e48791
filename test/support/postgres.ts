import { randomUUID } from 'node:crypto'
import { Client, type QueryResult } from 'pg'
import { inject } from 'vitest'

export interface Database extends AsyncDisposable {
  readonly url: string
}

/** Why there is no PostgreSQL to test on; undefined when there is one. */
export function missingPostgres(): string | undefined {
  const server = inject('postgres')
  return 'missing' in server ? server.missing : undefined
}

/** An empty database on the run's server, or on the one at `url`. */
export async function createDatabase(url = serverUrl()): Promise<Database> {
  const name = `palimpsest_${randomUUID().replaceAll('-', '')}`
  await administer(
    url,
    `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
  )
  const own = new URL(url)
  own.pathname = `/${name}`
  return {
    url: own.href,
    [Symbol.asyncDispose]: () => administer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

function serverUrl(): string {
  const server = inject('postgres')
  if ('missing' in server) throw new Error(`no PostgreSQL: ${server.missing}`)
  return server.url
}

/** Runs one statement on a connection of its own. */
export async function administer(url: string, statement: string): Promise<void> {
  await ask(url, statement)
}

/** Whether anybody else is connected to the database. */
export async function isInUse(url: string): Promise<boolean> {
  const others = `SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()`
  return (await ask(url, others)).rowCount !== 0
}

async function ask(url: string, statement: string): Promise<QueryResult> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}
