import { diffLines, splitLines } from '../memory/lines.ts'
import type { BlameRange, Origin } from './blame.ts'

/** A version of the memory that is blamed, as it is met on the way back. */
export interface BlamedVersion {
  readonly origin: Origin
  /** Undefined when redacted. */
  readonly text: string | undefined
}

interface Found {
  readonly origin: Origin
  readonly isRedacted: boolean
  readonly isBoundary: boolean
}

/**
 * Finds where each line of a text came from, going back version by version: a line that a version
 * has and the one before it has not, began there. Keeps only the lines still looked for.
 */
export class BlameWalk {
  readonly #lines: readonly string[]
  readonly #found: (Found | undefined)[]
  /** The lines of the oldest version met that can be read, and which of the text they are. */
  #current: readonly string[]
  #places: Int32Array
  #open: number
  #origin: Origin
  #text: string
  #isBehindRedaction = false

  constructor(newest: { readonly origin: Origin; readonly text: string }) {
    this.#text = newest.text
    this.#lines = splitLines(newest.text)
    this.#found = Array.from(this.#lines, () => undefined)
    this.#current = this.#lines
    this.#places = Int32Array.from(this.#lines.keys())
    this.#open = this.#lines.length
    this.#origin = newest.origin
  }

  /** Whether all lines are told: older versions add nothing. */
  get isDone(): boolean {
    return this.#open === 0
  }

  /** The next older version. A deletion is no text and is left out by the caller. */
  goBack({ origin, text }: BlamedVersion): void {
    if (text === undefined) {
      this.#isBehindRedaction = true
      return
    }
    if (text !== this.#text) this.#compare(text)
    this.#text = text
    this.#origin = origin
    this.#isBehindRedaction = false
  }

  #compare(text: string): void {
    const older = splitLines(text)
    const places = new Int32Array(older.length).fill(-1)
    let [old, now] = [0, 0]
    const keep = (until: number) => {
      for (; old < until; old += 1, now += 1) places[old] = this.#places[now] ?? -1
    }
    for (const { from, to, lines } of diffLines(older, this.#current)) {
      keep(from)
      for (const end = now + lines.length; now < end; now += 1) {
        this.#tell(this.#places[now] ?? -1, false)
      }
      old = to
    }
    keep(older.length)
    this.#current = older
    this.#places = places
  }

  #tell(place: number, isBoundary: boolean): void {
    if (place < 0) return
    const isRedacted = this.#isBehindRedaction
    this.#found[place] = { origin: this.#origin, isRedacted, isBoundary }
    this.#open -= 1
  }

  /**
   * All lines, neighbours of one origin together.
   * @param isWhole whether the oldest version met was the memory's first
   */
  finish(isWhole: boolean): BlameRange[] {
    for (const place of this.#places) {
      if (this.#found[place] === undefined) this.#tell(place, !isWhole)
    }
    const ranges: (BlameRange & { readonly lines: string[] })[] = []
    for (const [index, line] of this.#lines.entries()) {
      const found = this.#found[index]
      if (found === undefined) throw new Error('every line has an origin')
      const text = line.endsWith('\n') ? line.slice(0, -1) : line
      const last = ranges.at(-1)
      if (last && isSame(last, found)) last.lines.push(text)
      else ranges.push({ startLine: index + 1, lines: [text], ...found })
    }
    return ranges
  }
}

function isSame(a: Found, b: Found): boolean {
  return (
    a.origin.seq === b.origin.seq && a.isRedacted === b.isRedacted && a.isBoundary === b.isBoundary
  )
}
