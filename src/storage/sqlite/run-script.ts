import type { Script } from '../sessions/script.ts'
import type { Statements } from './statement.ts'

const spelled = new Map<string, string>()

/** SQLite knows `$1` as a name; its numbered parameters are `?1`. */
function spell(text: string): string {
  const known = spelled.get(text)
  if (known !== undefined) return known
  const own = text.replace(/\$(\d+)/g, '?$1')
  spelled.set(text, own)
  return own
}

/** Runs a script through. Nothing else runs meanwhile, so nothing needs to be locked. */
export function runScript<Result>(statements: Statements, script: Script<Result>): Result {
  let rows: readonly unknown[] = []
  for (;;) {
    const next = script.next(rows)
    if (next.done) return next.value
    rows = statements.all(spell(next.value.text), ...next.value.values)
  }
}
