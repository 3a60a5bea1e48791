import { invalid } from '../errors.ts'
import { countCharacters } from '../text.ts'
import { characterRange, type Range } from './search-match.ts'

/** What to look for in the lines of memories; plain data, so that it crosses to a thread. */
export interface GrepPattern {
  readonly source: string
  /** Whether `source` is the text itself and no expression. */
  readonly isFixed: boolean
  readonly ignoresCase: boolean
}

/** A line as it is shown: a long one is cut around what was found in it. */
export interface ShownLine {
  /** Counted from 1. */
  readonly number: number
  /** Without the line break. */
  readonly text: string
  /** Characters of the line before `text`. */
  readonly offset: number
  readonly isCut: boolean
}

export interface MatchingLine extends ShownLine {
  /** What was found, in characters of `text`; none where an expression matched nothing at all. */
  readonly ranges: readonly Range[]
  readonly before: readonly ShownLine[]
  readonly after: readonly ShownLine[]
}

export const patternCharactersMax = 1_000
export const contextLinesMax = 10
/** UTF-16 units of a line that are shown. */
const lineUnitsMax = 500
const leadUnits = 100
const rangesMax = 100

/** @throws DomainError `invalid` that names the broken rule */
export function parsePattern(
  input: unknown,
  options: { readonly isFixed: boolean; readonly ignoresCase: boolean },
): GrepPattern {
  if (typeof input !== 'string' || input === '') {
    throw invalid('pattern', 'must be a regular expression, or text with fixed_strings')
  }
  if (countCharacters(input) > patternCharactersMax) {
    throw invalid('pattern', `must be at most ${patternCharactersMax} characters`)
  }
  if (input.includes('\n'))
    throw invalid('pattern', 'must not have a line break: lines are matched')
  const pattern = { source: input, ...options }
  expressionOf(pattern)
  return pattern
}

/** @throws DomainError `invalid` */
function expressionOf({ source, isFixed, ignoresCase }: GrepPattern): RegExp {
  const written = isFixed ? source.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : source
  const flags = ignoresCase ? 'gim' : 'gm'
  try {
    return new RegExp(written, isFixed && !ignoresCase ? flags : `${flags}u`)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /, '') : String(error)
    throw invalid('pattern', `is not a regular expression: ${why.toLowerCase()}`)
  }
}

export interface Matcher {
  /** A place at or after `from` before which no line matches; -1 when none does. */
  find(text: string, from: number): number
  /** What is found in one line, in UTF-16 units; undefined when it does not match. */
  rangesIn(line: string): Range[] | undefined
}

export function matcherOf(pattern: GrepPattern): Matcher {
  const expression = expressionOf(pattern)
  const rangesIn = (line: string) => rangesOf(expression, line)
  if (pattern.isFixed && !pattern.ignoresCase) {
    return { find: (text, from) => text.indexOf(pattern.source, from), rangesIn }
  }
  const { isFixed, source } = pattern
  // What must not follow may be what the next line begins with: then every line is asked.
  if (!isFixed && /\(\?<?!/.test(source)) return { find: (_text, from) => from, rangesIn }
  const literal = isFixed || pattern.ignoresCase ? '' : requiredLiteral(source)
  return {
    find: (text, from) => {
      if (literal !== '' && !text.includes(literal, from)) return -1
      expression.lastIndex = from
      return expression.exec(text)?.index ?? -1
    },
    rangesIn,
  }
}

function rangesOf(expression: RegExp, line: string): Range[] | undefined {
  expression.lastIndex = 0
  const ranges: Range[] = []
  let found = expression.exec(line)
  if (found === null) return undefined
  for (; found !== null && ranges.length < rangesMax; found = expression.exec(line)) {
    const start = found.index
    const end = start + found[0].length
    if (end > start) ranges.push({ start, end })
    else expression.lastIndex = end + 1
  }
  return ranges
}

/**
 * The longest text that whatever matches must have, as far as that is plain to see: characters
 * outside of groups and classes that nothing makes optional. "" where there is none.
 */
export function requiredLiteral(source: string): string {
  const runs: string[] = []
  const run: string[] = []
  let depth = 0
  for (const [part] of source.matchAll(pieces)) {
    if (part === '|' && depth === 0) return ''
    if (/^[*?{]/.test(part)) run.pop()
    const plain = depth === 0 ? plainCharacter(part) : undefined
    if (plain !== undefined) run.push(plain)
    else runs.push(run.splice(0).join(''))
    if (part === '(') depth += 1
    if (part === ')') depth -= 1
  }
  runs.push(run.join(''))
  return runs.reduce((longest, one) => (one.length > longest.length ? one : longest))
}

/** Escapes, classes, quantifiers and single characters of an expression. */
const pieces =
  /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|k<[^>]*>|\d+|.)|\[(?:\\.|[^\]\\])*\]|[*+?]\??|\{[^}]*\}\??|./gsu

function plainCharacter(part: string): string | undefined {
  if (/^\\[^\w\s]$/.test(part)) return part.slice(1)
  return /^[\\^$.|()[\]{}*+?]/.test(part) ? undefined : part
}

/** The lines that match, in order. Each is asked by itself: nothing matches across a line break. */
export function* matchingLines(
  text: string,
  matcher: Matcher,
  count: number,
): Generator<MatchingLine> {
  let number = 1
  let counted = 0
  for (let from = 0; from < text.length;) {
    const at = matcher.find(text, from)
    if (at === -1 || (at >= text.length && text.endsWith('\n'))) return
    const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
    const end = endOfLine(text, at)
    const line = lineAt(text, start, end)
    number += countBreaks(text, counted, start)
    counted = start
    const ranges = matcher.rangesIn(line)
    if (ranges !== undefined) {
      yield {
        ...shown(line, number, ranges),
        before: linesBefore(text, start, { number, count }),
        after: linesAfter(text, end, { number, count }),
      }
    }
    from = end + 1
  }
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

function lineAt(text: string, start: number, end: number): string {
  return text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end)
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) {
    count += 1
  }
  return count
}

function shown(
  line: string,
  number: number,
  ranges: readonly Range[],
): Omit<MatchingLine, 'before' | 'after'> {
  const first = ranges[0]?.start ?? 0
  const isCut = line.length > lineUnitsMax
  const from = isCut ? boundary(line, Math.max(0, first - leadUnits)) : 0
  const to = isCut ? boundary(line, Math.min(line.length, from + lineUnitsMax)) : line.length
  const text = line.slice(from, to)
  const within = ranges
    .filter(({ start, end }) => start < to && end > from)
    .map(({ start, end }) => {
      const inText = { start: Math.max(0, start - from), end: Math.min(end, to) - from }
      return characterRange(text, inText)
    })
  return { number, text, offset: countCharacters(line.slice(0, from)), isCut, ranges: within }
}

/** Not between the two halves of a character. */
function boundary(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at
}

function contextLine(line: string, number: number): ShownLine {
  const { text, offset, isCut } = shown(line, number, [])
  return { number, text, offset, isCut }
}

/** A line's number, and how many lines are shown on each side of it. */
interface Around {
  readonly number: number
  readonly count: number
}

function linesBefore(text: string, start: number, { number, count }: Around): ShownLine[] {
  const lines: ShownLine[] = []
  for (let end = start - 1; end >= 0 && lines.length < count;) {
    const from = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
    lines.unshift(contextLine(lineAt(text, from, end), number - lines.length - 1))
    end = from - 1
  }
  return lines
}

function linesAfter(text: string, end: number, { number, count }: Around): ShownLine[] {
  const lines: ShownLine[] = []
  for (let start = end + 1; start < text.length && lines.length < count;) {
    const next = endOfLine(text, start)
    lines.push(contextLine(lineAt(text, start, next), number + lines.length + 1))
    start = next + 1
  }
  return lines
}
