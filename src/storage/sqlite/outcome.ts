import type { Problem } from '../../domain/errors.ts'

/** What came of a command: its answer, or why it was refused. Plain data: it crosses the thread. */
export type Outcome<Value = unknown> =
  | {
      readonly ok: true
      readonly value: Value
      /** Ids of what changed besides the command's own store. */
      readonly topics?: readonly string[]
    }
  | {
      readonly ok: false
      readonly problem: Problem
      /** Nothing was decided yet: it takes longer than others can wait. */
      readonly isLong?: boolean
    }

export function done<Value>(value: Value): Outcome<Value> {
  return { ok: true, value }
}

export function refused(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem }
}
