import { diffLines, splitLines, type Hunk } from '../memory/lines.ts'
import type { DiffHunk, DiffLine } from './diff.ts'

/**
 * What made one text of another, with lines that stayed around it; changes that share such lines
 * stand in one hunk.
 * @param context how many lines are shown before and after what changed
 */
export function diffTexts(before: string, after: string, context: number): DiffHunk[] {
  if (before === after) return []
  const old = splitLines(before)
  const groups: Hunk[][] = []
  for (const hunk of diffLines(old, splitLines(after))) {
    const last = groups.at(-1)
    const near = last?.at(-1)
    if (last && near && hunk.from - near.to <= 2 * context) last.push(hunk)
    else groups.push([hunk])
  }
  const shown: DiffHunk[] = []
  let shift = 0 // how much further down lines stand in the new text
  for (const group of groups) {
    const hunk = hunkOf(old, group, { context, shift })
    shown.push(hunk.shown)
    shift = hunk.shift
  }
  return shown
}

function hunkOf(
  old: readonly string[],
  group: readonly Hunk[],
  { context, shift }: { readonly context: number; readonly shift: number },
) {
  const start = Math.max(0, (group[0]?.from ?? 0) - context)
  const end = Math.min(old.length, (group.at(-1)?.to ?? 0) + context)
  const lines: DiffLine[] = []
  let position = start
  let grown = shift
  for (const { from, to, lines: added } of group) {
    for (const line of old.slice(position, from)) lines.push(lineOf('keep', line))
    for (const line of old.slice(from, to)) lines.push(lineOf('remove', line))
    for (const line of added) lines.push(lineOf('add', line))
    position = to
    grown += added.length - (to - from)
  }
  for (const line of old.slice(position, end)) lines.push(lineOf('keep', line))
  const oldLines = end - start
  const newLines = oldLines + grown - shift
  const newStart = start + shift
  const hunk: DiffHunk = {
    oldStart: oldLines === 0 ? start : start + 1,
    oldLines,
    newStart: newLines === 0 ? newStart : newStart + 1,
    newLines,
    lines,
  }
  return { shown: hunk, shift: grown }
}

function lineOf(op: DiffLine['op'], line: string): DiffLine {
  return line.endsWith('\n')
    ? { op, text: line.slice(0, -1) }
    : { op, text: line, hasNoNewline: true }
}
