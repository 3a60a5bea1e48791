import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

/** Prepared statements of one connection, each prepared at its first use and kept. */
export class Statements {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    const { statement, columns } = this.#prepare(sql)
    const row = statement.get(...values)
    return row === undefined ? undefined : rowOf<Row>(columns, row as unknown as Values)
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    const { statement, columns } = this.#prepare(sql)
    const rows = statement.all(...values) as unknown as Values[]
    return rows.map((row) => rowOf<Row>(columns, row))
  }

  /** The number of rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).statement.run(...values).changes)
  }

  /** The row id of the row it inserted. */
  insert(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).statement.run(...values).lastInsertRowid)
  }

  /**
   * Reads of several statements from one committed state. They also take their lock once, which
   * costs about as much as a seek. Nothing may be awaited inside: a state that is held keeps the
   * WAL from starting anew.
   */
  snapshot<Value>(read: () => Value): Value {
    this.run('BEGIN')
    try {
      return read()
    } finally {
      this.run('COMMIT')
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(keepingItsPlan(sql))
    statement.setReturnArrays(true)
    const prepared = { statement, columns: statement.columns().map(({ name }) => name) }
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

/**
 * SQLite compiles a statement anew on each run when a bound value is its whole LIMIT, because it
 * plans with the number. Of a sum it knows nothing, and keeps the plan.
 */
export function keepingItsPlan(sql: string): string {
  return sql.replace(/\bLIMIT \?\d*(?!\d| \+)/g, '$& + 0')
}

interface Prepared {
  readonly statement: StatementSync
  readonly columns: readonly string[]
}

type Values = readonly SQLOutputValue[]

/**
 * A row as an object. The objects that node:sqlite makes are of a slow kind, so it hands out
 * arrays.
 */
function rowOf<Row>(columns: readonly string[], values: Values): Row {
  const row: Record<string, SQLOutputValue | undefined> = {}
  for (let index = 0; index < columns.length; index += 1) {
    row[columns[index] ?? ''] = values[index]
  }
  return row as Row
}
