import { diffLines, splitLines, type Hunk } from './lines.ts'

// Two edits of one text, brought together by lines: what the mount and the folder sync do when
// somebody else changed a memory while it was being edited.

/**
 * The text with both edits in it. An edit that only added at the end is added again at the new end;
 * others merge where they touch different lines.
 * @returns undefined when both changed the same lines, differently
 */
export function mergeTexts(base: string, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours
  if (ours === base) return theirs
  const added = appended(base, ours)
  if (added !== undefined && base !== '') return append(base, theirs, added)
  return mergeLines(base, ours, theirs)
}

/** What an edit that only added at the end added; undefined for any other edit. */
export function appended(base: string, edited: string): string | undefined {
  return edited.startsWith(base) ? edited.slice(base.length) : undefined
}

/** Adds at the end of `theirs` what was added at the end of `base`, never into a line of theirs. */
export function append(base: string, theirs: string, added: string): string {
  const beganLine = base === '' || base.endsWith('\n')
  const isInLine = theirs !== '' && !theirs.endsWith('\n')
  return beganLine && isInLine ? `${theirs}\n${added}` : theirs + added
}

function mergeLines(base: string, ours: string, theirs: string): string | undefined {
  const lines = splitLines(base)
  const hunks = weave(diffLines(lines, splitLines(ours)), diffLines(lines, splitLines(theirs)))
  if (hunks === undefined) return undefined
  const merged: string[] = []
  let position = 0
  for (const { from, to, lines: replacement } of hunks) {
    merged.push(...lines.slice(position, from), ...replacement)
    position = to
  }
  merged.push(...lines.slice(position))
  return merged.join('')
}

/** Both lists of hunks in order; undefined where two that differ meet. */
function weave(ours: readonly Hunk[], theirs: readonly Hunk[]): Hunk[] | undefined {
  const woven: Hunk[] = []
  let [left, right] = [0, 0]
  for (;;) {
    const mine = ours[left]
    const other = theirs[right]
    if (mine === undefined) return [...woven, ...theirs.slice(right)]
    if (other === undefined) return [...woven, ...ours.slice(left)]
    if (sameHunk(mine, other)) {
      woven.push(mine)
      left += 1
      right += 1
    } else if (meet(mine, other)) {
      return undefined
    } else if (mine.from < other.from) {
      woven.push(mine)
      left += 1
    } else {
      woven.push(other)
      right += 1
    }
  }
}

function sameHunk(a: Hunk, b: Hunk): boolean {
  return (
    a.from === b.from &&
    a.to === b.to &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, index) => line === b.lines[index])
  )
}

/** They change a common line, or begin at the same place, where no order is right. */
function meet(a: Hunk, b: Hunk): boolean {
  return a.from === b.from || (a.from < b.to && b.from < a.to)
}
