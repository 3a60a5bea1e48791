import type { Problem } from '../../domain/errors.ts'

/** What came of a command: its answer, or why it was refused. */
export type Outcome<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem }

export function done<Value>(value: Value): Outcome<Value> {
  return { ok: true, value }
}

export function refused(problem: Problem): Outcome<never> {
  return { ok: false, problem }
}
