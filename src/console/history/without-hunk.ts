import { linesOf, mergedText, mergeTexts } from '../memory/merge.ts'
import type { Hunk, Line } from './sides.ts'

/**
 * What a memory would say now without one place of a change.
 * @param after the text that the change made
 * @returns undefined when others changed the same lines since
 */
export function withoutHunk(after: string, now: string, hunk: Hunk): string | undefined {
  return mergedText(mergeTexts(after, takenOut(after, hunk), now), new Map())
}

function takenOut(after: string, hunk: Hunk): string {
  // An empty side names the line before it.
  const start = hunk.new_lines === 0 ? hunk.new_start : hunk.new_start - 1
  const before = hunk.lines.filter(({ op }) => op !== 'add').map(lineOf)
  return linesOf(after)
    .toSpliced(start, hunk.new_lines, ...before)
    .join('')
}

function lineOf({ text, no_newline: isLast }: Line): string {
  return isLast ? text : `${text}\n`
}
