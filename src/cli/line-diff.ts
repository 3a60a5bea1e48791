/** One line of a comparison: kept, only in the old text, or only in the new one. */
export interface DiffLine {
  readonly kind: 'same' | 'old' | 'new'
  readonly text: string
}

/** Beyond this many differing lines a minimal comparison takes too long to be worth it. */
const distanceMax = 2_000

/** The lines of two texts, the fewest possible of them marked as different (Myers, O(ND)). */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, young] = [before.split('\n'), after.split('\n')]
  const trace = searchPath(old, young)
  if (trace === undefined) {
    return [
      ...old.map((text): DiffLine => ({ kind: 'old', text })),
      ...young.map((text): DiffLine => ({ kind: 'new', text })),
    ]
  }
  return walkBack(old, young, trace)
}

/**
 * For each number of differences, how far every diagonal gets; undefined when there are too many.
 */
function searchPath(
  old: readonly string[],
  young: readonly string[],
): ReadonlyMap<number, number>[] | undefined {
  const trace: Map<number, number>[] = []
  let reach = new Map([[1, 0]])
  const distanceLimit = Math.min(old.length + young.length, distanceMax)
  for (let distance = 0; distance <= distanceLimit; distance += 1) {
    const next = new Map(reach)
    trace.push(new Map(reach))
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = stepTo(next, diagonal, distance)
      while (x < old.length && x - diagonal < young.length && old[x] === young[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= old.length && x - diagonal >= young.length) return trace
    }
    reach = next
  }
  return undefined
}

/**
 * Where a diagonal is entered: from the one above (a new line) or the one below (an old line
 * gone).
 */
function stepTo(reach: ReadonlyMap<number, number>, diagonal: number, distance: number): number {
  const above = reach.get(diagonal + 1) ?? -1
  const below = reach.get(diagonal - 1) ?? -1
  const fromAbove = diagonal === -distance || (diagonal !== distance && below < above)
  return fromAbove ? above : below + 1
}

function walkBack(
  old: readonly string[],
  young: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): DiffLine[] {
  const lines: DiffLine[] = []
  let [x, y] = [old.length, young.length]
  for (let distance = trace.length - 1; distance >= 0; distance -= 1) {
    const reach = trace[distance] ?? new Map<number, number>()
    const diagonal = x - y
    const above = reach.get(diagonal + 1) ?? -1
    const below = reach.get(diagonal - 1) ?? -1
    const fromAbove = diagonal === -distance || (diagonal !== distance && below < above)
    const startX = distance === 0 ? 0 : fromAbove ? above : below
    const startY = distance === 0 ? 0 : startX - (fromAbove ? diagonal + 1 : diagonal - 1)
    while (x > startX && y > startY) {
      x -= 1
      y -= 1
      lines.push({ kind: 'same', text: old[x] ?? '' })
    }
    if (distance === 0) break
    if (fromAbove) lines.push({ kind: 'new', text: young[(y -= 1)] ?? '' })
    else lines.push({ kind: 'old', text: old[(x -= 1)] ?? '' })
  }
  return lines.reverse()
}

/** The differing lines with `context` lines around each, "…" where others are left out. */
export function formatDiff(lines: readonly DiffLine[], context = 3): string[] {
  const marks = { same: '  ', old: '- ', new: '+ ' } as const
  const isNear = (index: number) =>
    lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some((line) => line.kind !== 'same')
  const shown: string[] = []
  for (const [index, { kind, text }] of lines.entries()) {
    if (isNear(index)) shown.push(marks[kind] + text)
    else if (shown.at(-1) !== '…') shown.push('…')
  }
  return shown
}
