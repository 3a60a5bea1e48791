// Texts with what was found in them, as lines for people.
import type { Range } from '../domain/memory/search-match.ts'
import { lineFor } from './print.ts'
import { painter, wantsColour } from './terminal.ts'

/** What the ranges (in characters) name is painted where colours are wanted. */
export function highlighted(text: string, ranges: readonly Range[]): string {
  const paint = painter(wantsColour(process.stdout))
  const characters = Array.from(text)
  const parts: string[] = []
  let done = 0
  for (const { start, end } of ranges) {
    parts.push(lineFor(characters.slice(done, start).join('')))
    parts.push(paint('red', lineFor(characters.slice(start, end).join(''))))
    done = end
  }
  parts.push(lineFor(characters.slice(done).join('')))
  return parts.join('')
}

/** A piece of several lines in one: every break becomes a space, and no character moves. */
export function inOneLine(text: string): string {
  return text.replace(/[\n\r\t]/g, ' ')
}
