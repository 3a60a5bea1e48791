import { diffIndices } from 'node-diff3'
import { linesOf } from '../memory/merge.ts'
import type { Hunk, Line } from './sides.ts'

/** Lines that stay, shown around what changes. */
const contextLines = 3
/** So many lines are compared one by one; a longer stretch is taken out and put in whole. */
const linesMax = 4_000

/** What makes one text of another, also where one is no version yet. */
export function diffLines(before: string, after: string): Hunk[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  const hunks: Hunk[] = []
  for (const group of groupOf(changesOf(old, now))) hunks.push(hunkOf(old, now, group))
  return hunks
}

/** Ends are exclusive. */
interface Change {
  readonly from: number
  readonly to: number
  readonly newFrom: number
  readonly newTo: number
}

function changesOf(old: readonly string[], now: readonly string[]): Change[] {
  const short = Math.min(old.length, now.length)
  let head = 0
  while (head < short && old[head] === now[head]) head += 1
  let tail = 0
  while (tail < short - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  const [a, b] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)]
  if (a.length === 0 && b.length === 0) return []
  if (Math.max(a.length, b.length) > linesMax) {
    return [{ from: head, to: head + a.length, newFrom: head, newTo: head + b.length }]
  }
  return diffIndices(a, b).map(({ buffer1: [from, length], buffer2: [newFrom, newLength] }) => ({
    from: head + from,
    to: head + from + length,
    newFrom: head + newFrom,
    newTo: head + newFrom + newLength,
  }))
}

/** Changes that share the lines around them stand in one hunk. */
function groupOf(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = []
  for (const change of changes) {
    const group = groups.at(-1)
    const near = group?.at(-1)
    if (group && near && change.from - near.to <= 2 * contextLines) group.push(change)
    else groups.push([change])
  }
  return groups
}

function hunkOf(old: readonly string[], now: readonly string[], group: readonly Change[]): Hunk {
  const [first, last] = [group[0], group.at(-1)]
  const start = Math.max(0, (first?.from ?? 0) - contextLines)
  const end = Math.min(old.length, (last?.to ?? 0) + contextLines)
  const newStart = (first?.newFrom ?? 0) - ((first?.from ?? 0) - start)
  const newEnd = (last?.newTo ?? 0) + (end - (last?.to ?? 0))
  const lines: Line[] = []
  let at = start
  for (const { from, to, newFrom, newTo } of group) {
    lines.push(...old.slice(at, from).map((line) => lineOf('keep', line)))
    lines.push(...old.slice(from, to).map((line) => lineOf('remove', line)))
    lines.push(...now.slice(newFrom, newTo).map((line) => lineOf('add', line)))
    at = to
  }
  lines.push(...old.slice(at, end).map((line) => lineOf('keep', line)))
  return {
    old_start: start + 1,
    old_lines: end - start,
    new_start: newStart + 1,
    new_lines: newEnd - newStart,
    lines,
  }
}

function lineOf(op: Line['op'], line: string): Line {
  const ends = line.endsWith('\n')
  return { op, text: ends ? line.slice(0, -1) : line, no_newline: !ends }
}
