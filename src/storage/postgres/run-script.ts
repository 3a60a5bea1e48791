import type { Script } from '../sessions/script.ts'
import type { Session } from './connection.ts'

const names = new Map<string, string>()

/** Each text is planned once per connection, under a name that this process gives it. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `script_${names.size + 1}`
  names.set(text, name)
  return name
}

/** Runs a script through, statement by statement. */
export async function runScript<Result>(session: Session, script: Script<Result>): Promise<Result> {
  let rows: readonly unknown[] = []
  for (;;) {
    const next = script.next(rows)
    if (next.done) return next.value
    const { text, values, lock } = next.value
    const locked = lock ? `${text} FOR UPDATE` : text
    const result = await session.query({
      name: nameOf(locked),
      text: locked,
      values: [...values],
    })
    rows = result.rows
  }
}
