import type { DiffHunk } from '../domain/history/diff.ts'
import { visibleText } from './invisible.ts'
import { isTerminal, painter, wantsColour } from './terminal.ts'

type Stream = typeof process.stdout | typeof process.stderr

/** A unified diff as it is for a pipe; on a terminal coloured, invisible characters spelled out. */
export function showUnified(unified: string, stream: Stream): string {
  const paint = painter(wantsColour(stream))
  const visible = isTerminal(stream) ? visibleText(unified) : unified
  if (!wantsColour(stream)) return visible
  return visible
    .split('\n')
    .map((line) => {
      if (/^(diff |--- |\+\+\+ |Redacted: )/.test(line)) return paint('bold', line)
      if (line.startsWith('@@')) return paint('cyan', line)
      if (line.startsWith('+')) return paint('green', line)
      return line.startsWith('-') ? paint('red', line) : line
    })
    .join('\n')
}

const marks = { keep: '  ', remove: '- ', add: '+ ' } as const

/** Lines that differ with those around them, "…" where others are left out; for people. */
export function showHunks(hunks: readonly DiffHunk[], stream: Stream): string[] {
  const paint = painter(wantsColour(stream))
  const shown: string[] = []
  for (const { oldStart, lines } of hunks) {
    if (shown.length > 0 || oldStart > 1) shown.push('…')
    for (const { op, text } of lines) {
      const line = marks[op] + (isTerminal(stream) ? visibleText(text) : text)
      shown.push(op === 'keep' ? line : paint(op === 'add' ? 'green' : 'red', line))
    }
  }
  return shown
}
