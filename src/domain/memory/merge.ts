// Two edits of one text, brought together by lines: what the mount and the folder sync do when
// somebody else changed a memory while it was being edited.

/** What an edit did: the lines `from` to `to` (exclusive) of the old text became `lines`. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

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

/** Lines with their line breaks: joined they are the text again. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
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

/**
 * Beyond this many edits the differing middle counts as one change: time and memory stay bounded.
 */
const editsMax = 1_000

/** What made `after` of `before`, in order, as few lines as can be. */
export function diffLines(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0
  const shorter = Math.min(before.length, after.length)
  while (head < shorter && before[head] === after[head]) head += 1
  let tail = 0
  while (
    tail < shorter - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1
  }
  const old = before.slice(head, before.length - tail)
  const now = after.slice(head, after.length - tail)
  if (old.length === 0 && now.length === 0) return []
  const whole: Hunk = { from: head, to: head + old.length, lines: now }
  if (old.length === 0 || now.length === 0) return [whole]
  const trace = shortestEdit(old, now)
  if (trace === undefined) return [whole]
  return hunksOf(keptLines(trace, old.length, now.length), old.length, now).map((hunk) => ({
    ...hunk,
    from: hunk.from + head,
    to: hunk.to + head,
  }))
}

/** Myers' greedy search: for each number of edits, the furthest line reached on each diagonal. */
function shortestEdit(old: readonly string[], now: readonly string[]): Int32Array[] | undefined {
  const most = Math.min(old.length + now.length, editsMax)
  const trace: Int32Array[] = []
  let reached = new Int32Array(3)
  for (let edits = 0; edits <= most; edits += 1) {
    const next = new Int32Array(2 * edits + 3)
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepTo(reached, edits, diagonal)
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1
      next[diagonal + edits + 1] = x
      if (x >= old.length && x - diagonal >= now.length) return [...trace, next]
    }
    trace.push(next)
    reached = next
  }
  return undefined
}

/** Where one more edit begins on a diagonal: below the one above it, or right of the one before. */
function stepTo(reached: Int32Array, edits: number, diagonal: number): number {
  if (edits === 0) return 0
  if (isInsertion(reached, edits, diagonal)) return reached[diagonal + edits + 1] ?? 0
  return (reached[diagonal + edits - 1] ?? 0) + 1
}

function isInsertion(reached: Int32Array, edits: number, diagonal: number): boolean {
  if (diagonal === -edits) return true
  if (diagonal === edits) return false
  return (reached[diagonal + edits - 1] ?? 0) < (reached[diagonal + edits + 1] ?? 0)
}

/** Walks back from the end: pairs of lines (old, new) that stayed, in order. */
function keptLines(trace: readonly Int32Array[], oldCount: number, nowCount: number) {
  const kept: [number, number][] = []
  let [x, y] = [oldCount, nowCount]
  for (let edits = trace.length - 1; edits > 0; edits -= 1) {
    const reached = trace[edits - 1] ?? new Int32Array(3)
    const diagonal = x - y
    const begin = stepTo(reached, edits, diagonal)
    while (x > begin) {
      x -= 1
      y -= 1
      kept.push([x, y])
    }
    if (isInsertion(reached, edits, diagonal)) y = begin - diagonal - 1
    else x = begin - 1
  }
  while (x > 0 && y > 0) {
    x -= 1
    y -= 1
    kept.push([x, y])
  }
  return kept.reverse()
}

function hunksOf(
  kept: readonly (readonly [number, number])[],
  oldCount: number,
  now: readonly string[],
): Hunk[] {
  const hunks: Hunk[] = []
  let [from, start] = [0, 0]
  for (const [to, end] of [...kept, [oldCount, now.length] as const]) {
    if (to > from || end > start) hunks.push({ from, to, lines: now.slice(start, end) })
    from = to + 1
    start = end + 1
  }
  return hunks
}
