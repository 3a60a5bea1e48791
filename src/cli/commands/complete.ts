import { candidates } from '../complete/candidates.ts'
import { splitLine } from '../complete/split-line.ts'
import type { Command } from '../command.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: '__complete',
  summary: 'What can stand at the end of a line',
  usage: '__complete bash -- LINE | __complete zsh|fish -- WORD…',
  example: 'palimpsest __complete bash -- "palimpsest stores c"',
  options: [],
  positionalsMax: Infinity,
  async run(args) {
    const [shell, ...rest] = args.positionals
    const words = shell === 'bash' ? splitLine(rest[0] ?? '') : rest
    const found = await candidates(words).catch(() => []) // silence is all that a shell can use
    const shown =
      shell === 'bash' ? found.map((value) => forBash(value, words.at(-1) ?? '')) : found
    // A candidate with a line break would be two; no shell could insert it safely.
    out(
      shown
        .filter((value) => !/[\p{Cc}\u2028\u2029]/u.test(value))
        .map((value) => `${value}\n`)
        .join(''),
    )
    return 0
  },
}

/** What bash puts in place of the part behind the last ":" or "=", quoted for its line. */
function forBash(value: string, typed: string): string {
  if (value === '@files') return value
  const start = Math.max(typed.lastIndexOf(':'), typed.lastIndexOf('=')) + 1
  return value.slice(start).replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&')
}
