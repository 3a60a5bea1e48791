/** A stretch of text, found or around what was found. */
export interface Stretch {
  readonly text: string
  readonly isFound: boolean
}

interface Range {
  readonly start: number
  readonly end: number
}

/** @param ranges half-open, ascending, counted in code points of the text */
export function markRanges(text: string, ranges: readonly Range[]): Stretch[] {
  const points = Array.from(text)
  const stretches: Stretch[] = []
  let at = 0
  for (const { start, end } of ranges) {
    if (start > at) stretches.push({ text: points.slice(at, start).join(''), isFound: false })
    const from = Math.max(at, start)
    if (end > from) stretches.push({ text: points.slice(from, end).join(''), isFound: true })
    at = Math.max(at, end)
  }
  if (at < points.length) stretches.push({ text: points.slice(at).join(''), isFound: false })
  return stretches
}
