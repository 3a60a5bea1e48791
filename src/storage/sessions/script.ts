import type { Problem } from '../../domain/errors.ts'
import type { Refused } from '../../domain/memory/decide.ts'

// What sessions read and write, one statement after another, written once for every engine: a
// script yields statements and gets their rows. SQLite runs it through inside the writer's
// transaction, PostgreSQL in a transaction of its own.

export type Value = string | number | null

export interface Query {
  /** Values are `$1`, `$2`…; spelled so that both engines understand it. */
  readonly text: string
  readonly values: readonly Value[]
  /** Whether rows stay ours until the commit, where an engine runs several commands at once. */
  readonly lock: boolean
}

export type Script<Result> = Generator<Query, Result, readonly unknown[]>

export function* select<Row>(text: string, ...values: Value[]): Script<readonly Row[]> {
  return (yield { text, values, lock: false }) as readonly Row[]
}

/** As `select`; the rows do not change before the commit. */
export function* selectLocked<Row>(text: string, ...values: Value[]): Script<readonly Row[]> {
  return (yield { text, values, lock: true }) as readonly Row[]
}

export function* execute(text: string, ...values: Value[]): Script<void> {
  yield { text, values, lock: false }
}

/** What a command's script comes to. It has written nothing when it is refused. */
export type Result<Value = unknown> =
  | {
      readonly kind: 'done'
      readonly value: Value
      /** Ids of what changed, for those who wait for it. */
      readonly topics: readonly string[]
    }
  | { readonly kind: 'refused'; readonly problem: Problem }

export function finished<Value>(value: Value, ...topics: string[]): Result<Value> {
  return { kind: 'done', value, topics }
}

export function isRefused(decision: object): decision is Refused {
  return 'kind' in decision && decision.kind === 'refused'
}

/** Conditions that are there, joined by AND, with their values numbered after the given ones. */
export function where(
  given: readonly Value[],
  conditions: readonly (readonly [text: string, value: Value | undefined])[],
): { readonly text: string; readonly values: Value[] } {
  const values = [...given]
  const texts: string[] = []
  for (const [text, value] of conditions) {
    if (value === undefined) continue
    values.push(value)
    texts.push(` AND ${text.replaceAll('?', `$${values.length}`)}`)
  }
  return { text: texts.join(''), values }
}
