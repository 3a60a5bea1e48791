import type { WireBlame } from '../../wire/blame.ts'
import type { WireDiff } from '../../wire/diff.ts'

export type Hunk = WireDiff['files'][number]['hunks'][number]
export type Line = Hunk['lines'][number]

/** A line with its numbers on both sides; null where the side has no such line. */
export interface NumberedLine {
  readonly line: Line
  readonly old: number | null
  readonly new: number | null
}

export function numberLines(hunk: Hunk): NumberedLine[] {
  let before = hunk.old_start
  let after = hunk.new_start
  return hunk.lines.map((line) => {
    const numbered = {
      line,
      old: line.op === 'add' ? null : before,
      new: line.op === 'remove' ? null : after,
    }
    if (line.op !== 'add') before += 1
    if (line.op !== 'remove') after += 1
    return numbered
  })
}

/** A hunk for each run of changed lines; what stays between two of them is shared. */
export function placesOf(hunk: Hunk): Hunk[] {
  const places: Hunk[] = []
  let oldLine = hunk.old_lines === 0 ? hunk.old_start + 1 : hunk.old_start
  let newLine = hunk.new_lines === 0 ? hunk.new_start + 1 : hunk.new_start
  for (const lines of runsOf(hunk.lines)) {
    const oldLines = lines.filter(({ op }) => op !== 'add').length
    const newLines = lines.filter(({ op }) => op !== 'remove').length
    places.push({
      ...hunk,
      // An empty side names the line before it.
      old_start: oldLines === 0 ? oldLine - 1 : oldLine,
      old_lines: oldLines,
      new_start: newLines === 0 ? newLine - 1 : newLine,
      new_lines: newLines,
      lines,
    })
    oldLine += oldLines
    newLine += newLines
  }
  return places
}

/** Cut in the middle of what stays between two changes. */
function runsOf(lines: readonly Line[]): Line[][] {
  const runs: Line[][] = []
  let start = 0
  let kept = 0
  for (const [index, { op }] of lines.entries()) {
    if (op === 'keep') {
      kept += 1
      continue
    }
    const hasChange = index - kept > start
    if (kept > 0 && hasChange) {
      const cut = index - Math.floor(kept / 2)
      runs.push(lines.slice(start, cut))
      start = cut
    }
    kept = 0
  }
  return [...runs, lines.slice(start)]
}

/** Two lines that stand beside each other. */
export interface Pair {
  readonly left: NumberedLine | undefined
  readonly right: NumberedLine | undefined
}

/** What was taken out stands beside what came in its place. */
export function pairLines(lines: readonly NumberedLine[]): Pair[] {
  const pairs: Pair[] = []
  let removed: NumberedLine[] = []
  let added: NumberedLine[] = []
  const flush = () => {
    for (let row = 0; row < Math.max(removed.length, added.length); row += 1) {
      pairs.push({ left: removed[row], right: added[row] })
    }
    removed = []
    added = []
  }
  for (const line of lines) {
    if (line.line.op === 'remove') removed.push(line)
    else if (line.line.op === 'add') added.push(line)
    else {
      flush()
      pairs.push({ left: line, right: line })
    }
  }
  flush()
  return pairs
}

export type BlameRange = WireBlame['ranges'][number]

interface Lines {
  readonly lines: readonly unknown[]
}

/** As many pieces as hold the first so many lines, the last one cut; and how many are left. */
export function firstLines<Piece extends Lines>(
  pieces: readonly Piece[],
  max: number,
): { readonly pieces: readonly Piece[]; readonly left: number } {
  let room = max
  const shown: Piece[] = []
  for (const piece of pieces) {
    if (room > 0) shown.push({ ...piece, lines: piece.lines.slice(0, room) })
    room -= piece.lines.length
  }
  return { pieces: shown, left: Math.max(0, -room) }
}
