import type { WriteStream } from 'node:tty'
import { visibleText } from './invisible.ts'
import { diffLines, formatDiff } from './line-diff.ts'
import { isTerminal, painter, wantsColour } from './terminal.ts'

/** What differs between two texts, for people: "- " the old lines, "+ " the new ones. */
export function diffText(before: string, after: string, stream: WriteStream): string {
  const paint = painter(wantsColour(stream))
  const show = (text: string) => (isTerminal(stream) ? visibleText(text) : text)
  return formatDiff(diffLines(before, after))
    .map((line) => {
      if (line.startsWith('- ')) return `${paint('red', show(line))}\n`
      return `${line.startsWith('+ ') ? paint('green', show(line)) : show(line)}\n`
    })
    .join('')
}
