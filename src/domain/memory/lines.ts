// Texts as lines, and what made one list of lines of another. The one comparison in the house:
// merges, diffs, blame and the editor all work on it.

/** What an edit did: the lines `from` to `to` (exclusive) of the old text became `lines`. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** Lines with their line breaks: joined they are the text again. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/**
 * Beyond this many edits between two anchors what differs counts as one change: time and memory
 * stay bounded.
 */
const editsMax = 1_000
/** And over all that lies between anchors: a quarter of a second at most. */
const stepsMax = 4_000_000

/**
 * How much may be spent on finding the fewest lines. It may be shared by many comparisons; without
 * any left they are coarser, but right.
 */
export interface Effort {
  steps: number
}

/** For one comparison. */
export function wholeEffort(): Effort {
  return { steps: stepsMax }
}

/** For all comparisons of one question or one command, a second or two. */
export function sharedEffort(): Effort {
  return { steps: 5 * stepsMax }
}

/** What one comparison may spend of it; disposed of, what it spent is gone from the whole. */
export function shareOf(effort: Effort): Effort & Disposable {
  const granted = Math.min(effort.steps, stepsMax)
  return {
    steps: granted,
    [Symbol.dispose]() {
      effort.steps -= granted - this.steps
    },
  }
}

/**
 * What made `after` of `before`, in order: as few lines as can be, where those are not too many.
 * @param effort lessened by what was spent
 */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
  effort: Effort = wholeEffort(),
): Hunk[] {
  // Most of most edits is left as it was: only what lies between is numbered.
  const { head, tail } = commonEnds(before, after)
  const middleOf = (lines: readonly string[]) => lines.slice(head, lines.length - tail)
  const [old, now] = numbered(middleOf(before), middleOf(after))
  using share = shareOf(effort)
  const spans = changedSpans(old, now, { isSplit: false, x: head, y: head, effort: share })
  return spans.map(({ from, to, start, end }) => ({ from, to, lines: after.slice(start, end) }))
}

/** How many lines, or their numbers, both have in common at the beginning, and at the end. */
function commonEnds<Line>(old: ArrayLike<Line>, now: ArrayLike<Line>) {
  const shorter = Math.min(old.length, now.length)
  let head = 0
  while (head < shorter && old[head] === now[head]) head += 1
  let tail = 0
  const rest = shorter - head
  while (tail < rest && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1
  return { head, tail }
}

/** Equal lines get equal numbers: comparing those costs the same however long the lines are. */
function numbered(before: readonly string[], after: readonly string[]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>()
  const numberOf = (line: string) => {
    const known = numbers.get(line)
    if (known !== undefined) return known
    numbers.set(line, numbers.size)
    return numbers.size - 1
  }
  return [Int32Array.from(before, numberOf), Int32Array.from(after, numberOf)]
}

/** Lines `from` to `to` of the old ones became `start` to `end` of the new ones. */
interface Span {
  readonly from: number
  readonly to: number
  readonly start: number
  readonly end: number
}

/** Where two stretches of lines begin, and whether they already lie between anchors. */
interface Place {
  readonly x: number
  readonly y: number
  readonly isSplit: boolean
  readonly effort: Effort
}

function changedSpans(old: Int32Array, now: Int32Array, place: Place): Span[] {
  const { head, tail } = commonEnds(old, now)
  const left = old.subarray(head, old.length - tail)
  const right = now.subarray(head, now.length - tail)
  const [x, y] = [place.x + head, place.y + head]
  const whole: Span = { from: x, to: x + left.length, start: y, end: y + right.length }
  if (left.length === 0 && right.length === 0) return []
  if (left.length === 0 || right.length === 0) return [whole]
  const { effort } = place
  const trace = shortestEdit(left, right, effort)
  if (trace !== undefined) {
    return spansBetween(keptLines(trace, left.length, right.length), whole)
  }
  const anchors = place.isSplit ? [] : anchorsOf(left, right)
  return anchors.length === 0 ? [whole] : betweenAnchors(left, right, { anchors, x, y, effort })
}

/** Myers' greedy search: for each number of edits, the furthest line reached on each diagonal. */
function shortestEdit(old: Int32Array, now: Int32Array, effort: Effort): Int32Array[] | undefined {
  const most = Math.min(old.length + now.length, editsMax)
  const trace: Int32Array[] = []
  let reached = new Int32Array(3)
  for (let edits = 0; edits <= most && effort.steps > 0; edits += 1) {
    effort.steps -= edits + 1
    const next = new Int32Array(2 * edits + 3)
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepTo(reached, edits, diagonal)
      const begin = x
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1
      effort.steps -= x - begin
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

/** What changed between lines that stayed, which are counted from the beginning of `whole`. */
function spansBetween(kept: readonly (readonly [number, number])[], whole: Span): Span[] {
  const spans: Span[] = []
  let { from, start } = whole
  const ends = kept.map(([x, y]) => [whole.from + x, whole.start + y] as const)
  for (const [to, end] of [...ends, [whole.to, whole.end] as const]) {
    if (to > from || end > start) spans.push({ from, to, start, end })
    from = to + 1
    start = end + 1
  }
  return spans
}

interface Anchored {
  readonly anchors: readonly (readonly [number, number])[]
  readonly x: number
  readonly y: number
  readonly effort: Effort
}

/** Compares what lies between neighbouring anchors, each stretch by itself. */
function betweenAnchors(old: Int32Array, now: Int32Array, { anchors, ...place }: Anchored): Span[] {
  const spans: Span[] = []
  let [from, start] = [0, 0]
  for (const [to, end] of [...anchors, [old.length, now.length] as const]) {
    const [x, y] = [place.x + from, place.y + start]
    const between: Place = { isSplit: true, x, y, effort: place.effort }
    spans.push(...changedSpans(old.subarray(from, to), now.subarray(start, end), between))
    from = to + 1
    start = end + 1
  }
  return spans
}

/**
 * Lines that stand once in both texts, as many of them as keep one order: pairs (old, new). Where
 * texts differ in too many lines to look for the fewest, these still say what belongs together.
 */
function anchorsOf(old: Int32Array, now: Int32Array): (readonly [number, number])[] {
  const places = uniqueLines(now)
  const pairs: [number, number][] = []
  for (const [line, x] of [...uniqueLines(old)].sort((a, b) => a[1] - b[1])) {
    const y = places.get(line)
    if (y !== undefined) pairs.push([x, y])
  }
  return longestRise(pairs)
}

function uniqueLines(lines: Int32Array): Map<number, number> {
  const places = new Map<number, number>()
  const repeated = new Set<number>()
  for (const [place, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line)
    places.set(line, place)
  }
  for (const line of repeated) places.delete(line)
  return places
}

/** The longest part of the pairs whose second numbers rise, as the first do already. */
function longestRise(pairs: readonly [number, number][]): (readonly [number, number])[] {
  const tops: number[] = [] // index of the pair on top of each pile
  const before = new Int32Array(pairs.length).fill(-1)
  const topOf = (pile: number) => pairs[tops[pile] ?? 0]?.[1] ?? 0
  for (const [index, [, y]] of pairs.entries()) {
    let [low, high] = [0, tops.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (topOf(middle) < y) low = middle + 1
      else high = middle
    }
    if (low > 0) before[index] = tops[low - 1] ?? -1
    tops[low] = index
  }
  const rise: (readonly [number, number])[] = []
  for (let index = tops.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index]
    if (pair) rise.push(pair)
  }
  return rise.reverse()
}
