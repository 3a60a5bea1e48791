import type { ExitCode } from '../command.ts'
import { out } from '../terminal.ts'
import { candidates } from './candidates.ts'
import { splitLine } from './split-line.ts'

/** A candidate with a line break would be two, and no shell could insert it safely. */
const unsafe = /[\p{Cc}\u2028\u2029]/u

/**
 * The hidden command that completion scripts call: `__complete bash -- LINE`, `__complete zsh --
 * WORD…`, the same for fish. Prints what can stand at the end, one a line, and never fails.
 */
export async function runComplete(tokens: readonly string[]): Promise<ExitCode> {
  const [shell, , ...rest] = tokens
  const words = shell === 'bash' ? splitLine(rest[0] ?? '') : rest
  const found = await candidates(words).catch(() => []) // silence is all that a shell can use
  const typed = words.at(-1) ?? ''
  const shown = shell === 'bash' ? found.map((value) => forBash(value, typed)) : found
  const lines = shown.filter((value) => !unsafe.test(value))
  out(lines.map((value) => `${value}\n`).join(''))
  return 0
}

/** What bash puts in place of the part behind the last ":" or "=", quoted for its line. */
function forBash(value: string, typed: string): string {
  if (value === '@files') return value
  const start = Math.max(typed.lastIndexOf(':'), typed.lastIndexOf('=')) + 1
  return value.slice(start).replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&')
}
