import { Pool, types, type ClientConfig, type CustomTypesConfig, type PoolClient } from 'pg'

/** A prepared statement: planned once per connection under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Where statements run: a pool (each on any connection) or one connection inside a transaction. */
export interface Session {
  query(
    statement: Statement & { readonly values: Value[] },
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>
}

export type Value = string | number | boolean | Buffer | null | readonly (string | number)[]

/** Connections for commits: PostgreSQL flushes those that commit together with one fsync. */
const writersMax = 12
const readersMax = 8
const connectTimeoutMs = 10_000
const statementTimeoutMs = 60_000

/**
 * Every statement is written to walk an index in order, one plan for all values. Left to itself the
 * planner would plan anew for each call, which costs more than the call, or plan for the tables it
 * saw empty. READ COMMITTED, because a statement after a lock must see what the lock waited for.
 */
const sessionSettings = [
  '-c plan_cache_mode=force_generic_plan',
  '-c enable_seqscan=off',
  '-c enable_bitmapscan=off',
  '-c enable_sort=off',
  '-c enable_hashjoin=off',
  '-c enable_mergejoin=off',
  '-c jit=off',
  `-c statement_timeout=${statementTimeoutMs}`,
  '-c default_transaction_isolation=read\\ committed',
]

type TypeId = (typeof types.builtins)[keyof typeof types.builtins]

/** Numbers of 64 bits arrive as numbers: sequences and milliseconds stay below 2^53. */
const numbers: CustomTypesConfig = {
  getTypeParser: ((oid: TypeId, format?: 'text') =>
    oid === types.builtins.INT8
      ? Number
      : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
}

export function clientConfig(url: string): ClientConfig {
  const parsed = new URL(url)
  const given = parsed.searchParams.get('options')
  parsed.searchParams.delete('options')
  return {
    connectionString: parsed.href,
    options: [...(given ? [given] : []), ...sessionSettings].join(' '),
    fallback_application_name: 'palimpsest',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    types: numbers,
  }
}

export interface Pools extends AsyncDisposable {
  readonly writers: Pool
  /** Apart from the writers, so that a read never waits for commits. */
  readonly readers: Pool
}

export function openPools(url: string): Pools {
  const config = clientConfig(url)
  const writers = new Pool({ ...config, max: writersMax })
  const readers = new Pool({ ...config, max: readersMax })
  for (const pool of [writers, readers]) {
    // An idle connection that broke is replaced by the pool; without a listener it would end the
    // process.
    pool.on('error', () => undefined)
  }
  return {
    writers,
    readers,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([writers.end(), readers.end()])
    },
  }
}

/** Rows that a statement finds. */
export async function select<Row>(
  session: Session,
  statement: Statement,
  values: readonly Value[],
): Promise<Row[]> {
  const result = await session.query({ ...statement, values: values.map(withoutNul) })
  return result.rows as Row[]
}

/**
 * Text of PostgreSQL cannot hold NUL, but ids, prefixes and filters from outside can. Nothing that
 * is looked up holds U+0001 either, so that in its place finds nothing, as NUL would.
 */
function withoutNul(value: Value): Value {
  if (typeof value === 'string')
    return value.includes('\0') ? value.replaceAll('\0', '\u0001') : value
  return Array.isArray(value) ? value.map((item) => withoutNul(item) as string | number) : value
}

/** @returns how many rows the statement wrote */
export async function execute(
  session: Session,
  statement: Statement,
  values: readonly Value[],
): Promise<number> {
  const result = await session.query({ ...statement, values: [...values] })
  return result.rowCount ?? 0
}

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, else rolled back.
 */
export async function transact<Result>(
  pool: Pool,
  work: (session: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // A connection that breaks between two statements says so by an event; the next statement fails.
  client.on('error', ignore)
  let broken = true
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    broken = false
    return result
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    )
    throw error
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

function ignore(): void {}
