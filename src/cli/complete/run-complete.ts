import type { ExitCode } from '../command.ts'
import { out } from '../terminal.ts'
import { candidates } from './candidates.ts'
import { files } from './files.ts'
import { splitLine, type Quote } from './split-line.ts'

/** A candidate with a line break would be two, and no shell could insert it safely. */
const unsafe = /[\p{Cc}\u2028\u2029]/u

/**
 * The hidden command that completion scripts call: `__complete bash -- LINE`, `__complete zsh --
 * WORD…`, the same for fish. Prints what can stand at the end, one a line, and never fails.
 */
export async function runComplete(tokens: readonly string[]): Promise<ExitCode> {
  const [shell, , ...rest] = tokens
  const line = shell === 'bash' ? splitLine(rest[0] ?? '') : undefined
  const words = line?.words ?? rest
  const all = await candidates(words).catch(() => []) // silence is all that a shell can use
  const found = all.filter((value) => !unsafe.test(value))
  const typed = words.at(-1) ?? ''
  const lines = line === undefined ? found : forBash(found, { ...line, typed })
  out(lines.map((value) => `${value}\n`).join(''))
  return 0
}

interface Typed {
  readonly typed: string
  readonly quote: Quote
  readonly replaced: string
}

/** What bash puts in place of `replaced`, quoted for its line. */
function forBash(found: readonly string[], { typed, quote, replaced }: Typed): string[] {
  if (found.includes(files)) return [files]
  const start = typed.length - replaced.length
  const shown = found.map((value) => quoteFor[quote](value.slice(start)))
  const [only = ''] = shown
  // A single candidate would get its closing quote, also where the path goes on.
  const goesOn = quote !== '' && shown.length === 1 && /[/:]$/.test(only)
  return goesOn ? [only, `${only}…`] : shown
}

const quoteFor: Readonly<Record<Quote, (text: string) => string>> = {
  '': (text) => text.replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&'),
  "'": (text) => text.replaceAll("'", String.raw`'\''`),
  // A backslash does not keep "!" from naming an earlier line; single quotes do.
  '"': (text) => text.replace(/[$`"\\]/g, '\\$&').replaceAll('!', `"'!'"`),
}
