/** Whole numbers, ascending, in few texts: `3`, and `7-12` for all from one to the other. */
export function spansOf(numbers: readonly number[]): string[] {
  const spans: [first: number, last: number][] = []
  for (const number of numbers) {
    const open = spans.at(-1)
    if (open !== undefined && number === open[1] + 1) open[1] = number
    else spans.push([number, number])
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
}

const span = /^(\d+)(?:-(\d+))?$/

/** The first and the last number of a span; undefined for any other text. */
export function rangeOf(text: string): readonly [first: number, last: number] | undefined {
  const [, first, last = first] = span.exec(text) ?? []
  return first === undefined ? undefined : [Number(first), Number(last)]
}

/** How many rows a receipt or a preview names: by their ids, or by spans of their numbers. */
export function countRows(rows: readonly string[]): number {
  return rows.reduce((sum, row) => {
    const [first, last] = rangeOf(row) ?? [0, 0]
    return sum + last - first + 1
  }, 0)
}
