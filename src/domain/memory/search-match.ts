import type { SearchQuery, Term } from './search-query.ts'
import { countCharacters } from '../text.ts'
import { fold, ideogram, kindAt, nextWord, startsWord, wordEnd, type Folded } from './words.ts'

/** A piece of a text around what was found in it. */
export interface Snippet {
  readonly text: string
  /** The line on which the first range begins, counted from 1. */
  readonly line: number
  /** What was found: half-open ranges in characters of `text`. */
  readonly ranges: readonly Range[]
}

/** Half-open, counted in characters (code points). */
export interface Range {
  readonly start: number
  readonly end: number
}

/** UTF-16 units of a snippet, and of what stands before its first range. */
const snippetUnits = 240
const leadUnits = 40
/** Places looked at for each term, to choose the piece that shows most of them. */
const placesMax = 64

/** Where a query is found in a text; undefined when it is not. */
export function matchSearch(query: SearchQuery, text: string): Snippet | undefined {
  const folded = fold(text)
  const missing = query.wanted.some((term) => find(folded.text, term, 0) === undefined)
  if (missing) return undefined
  const excluded = query.unwanted.some((term) => find(folded.text, term, 0) !== undefined)
  if (excluded) return undefined
  return snippetOf(text, placesOf(folded, query.wanted))
}

interface Place {
  /** UTF-16 units of the text as it is written. */
  readonly start: number
  readonly end: number
  readonly term: number
}

/** The first place at or after `from` where a term stands, in units of the folded text. */
function find(text: string, term: Term, from: number): Omit<Place, 'term'> | undefined {
  const [first] = term.words
  for (let at = text.indexOf(first, from); at !== -1; at = text.indexOf(first, at + 1)) {
    if (!startsWord(text, at)) continue
    const end = endOf(text, term, at)
    if (end !== undefined) return { start: at, end }
  }
  return undefined
}

/** Where a term ends that begins here; undefined when other words follow. */
function endOf(text: string, { words, isPrefix }: Term, start: number): number | undefined {
  let at = start
  for (const [index, word] of words.entries()) {
    if (index > 0) at = nextWord(text, at)
    if (!text.startsWith(word, at)) return undefined
    const isCut = isPrefix && index === words.length - 1
    const end = isCut ? endOfPrefix(text, at, word) : wordEnd(text, at)
    if (!isCut && end !== at + word.length) return undefined
    at = end
  }
  return at
}

/** A prefix is shown as the whole word that it begins. */
function endOfPrefix(text: string, at: number, word: string): number {
  return kindAt(text, at) === ideogram ? at + word.length : wordEnd(text, at)
}

function placesOf({ text, origins }: Folded, terms: readonly Term[]): Place[] {
  const places = terms.flatMap((term, index) => {
    const found: Place[] = []
    for (let at = 0; found.length < placesMax;) {
      const place = find(text, term, at)
      if (place === undefined) break
      const { start, end } = place
      found.push({ start: origins?.[start] ?? start, end: origins?.[end] ?? end, term: index })
      at = end
    }
    return found
  })
  return places.sort((a, b) => a.start - b.start)
}

/** The first of the pieces that show most terms. */
function snippetOf(text: string, places: readonly Place[]): Snippet {
  let best = 0
  let bestCount = 0
  for (const [index, { start }] of places.entries()) {
    const shown = new Set<number>()
    for (let next = index; next < places.length; next += 1) {
      const place = places[next]
      if (place === undefined || place.end > start + snippetUnits - leadUnits) break
      shown.add(place.term)
    }
    if (shown.size > bestCount) [best, bestCount] = [index, shown.size]
  }
  const first = places[best]?.start ?? 0
  const from = leadOf(text, first)
  const to = boundary(text, Math.min(text.length, from + snippetUnits))
  const within = places.filter(({ start, end }) => start >= from && start < to && end > start)
  const piece = text.slice(from, to)
  return { text: piece, line: lineOf(text, first), ranges: rangesIn(piece, from, within) }
}

/** Where a piece begins that leads to a place: with a whole word, where a blank lies on the way. */
function leadOf(text: string, first: number): number {
  const from = boundary(text, Math.max(0, first - leadUnits))
  if (from === 0) return 0
  const blanks = /\s+/.exec(text.slice(from - 1, first))
  return blanks === null ? from : from - 1 + blanks.index + blanks[0].length
}

/** Not between the two halves of a character. */
function boundary(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at
}

function rangesIn(piece: string, from: number, places: readonly Place[]): Range[] {
  const ranges: Range[] = []
  let last = -1
  for (const place of places) {
    const end = Math.min(place.end - from, piece.length)
    const start = Math.max(place.start - from, last)
    if (start >= end) continue
    last = end
    ranges.push(characterRange(piece, { start, end }))
  }
  return ranges
}

/** The same range, counted in characters. */
export function characterRange(text: string, { start, end }: Range): Range {
  const before = countCharacters(text.slice(0, start))
  return { start: before, end: before + countCharacters(text.slice(start, end)) }
}

function lineOf(text: string, at: number): number {
  let line = 1
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) {
    line += 1
  }
  return line
}
