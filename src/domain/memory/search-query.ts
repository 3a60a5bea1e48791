import { invalid } from '../errors.ts'
import { countCharacters } from '../text.ts'
import { wordsOf } from './words.ts'

/** Words that stand next to each other: one, a phrase, or a run that writes no spaces. */
export interface Term {
  readonly words: readonly [string, ...string[]]
  /** Whether the last word may go on. */
  readonly isPrefix: boolean
}

/** A memory is found when its text has all of `wanted` and none of `unwanted`. */
export interface SearchQuery {
  readonly wanted: readonly Term[]
  readonly unwanted: readonly Term[]
}

export const queryCharactersMax = 1_000
export const queryTermsMax = 32

/** A term as it is written: a "-" or none, then a phrase in quotes or what has no space. */
const written = /(-?)(?:"([^"]*)("?)|([^\s"]+))/gu

/**
 * The words, "phrases", prefix* and -unwanted of a query.
 * @throws DomainError `invalid` that names the broken rule
 */
export function parseSearchQuery(input: unknown, field = 'query'): SearchQuery {
  if (typeof input !== 'string') throw invalid(field, 'must be text to search for')
  if (countCharacters(input) > queryCharactersMax) {
    throw invalid(field, `must be at most ${queryCharactersMax} characters`)
  }
  const query = { wanted: [] as Term[], unwanted: [] as Term[] }
  for (const found of input.matchAll(written)) {
    const term = termOf(found, field)
    const list = found[1] === '-' ? query.unwanted : query.wanted
    if (term !== undefined) list.push(term)
  }
  checkCounts(query, field)
  return query
}

function checkCounts({ wanted, unwanted }: SearchQuery, field: string): void {
  if (wanted.length + unwanted.length === 0)
    throw invalid(field, 'must have a word to search for: letters or digits')
  if (wanted.length === 0) throw invalid(field, 'must have a word without "-" before it')
  if (wanted.length + unwanted.length > queryTermsMax) {
    throw invalid(field, `must have at most ${queryTermsMax} words and phrases`)
  }
}

/** Undefined for what has no letter or digit: there is nothing to look for. */
function termOf([, , phrase, quote, bare = '']: RegExpMatchArray, field: string): Term | undefined {
  if (phrase !== undefined && quote !== '"') throw invalid(field, 'has a quote that is not closed')
  const isPrefix = bare.endsWith('*')
  const stem = phrase ?? (isPrefix ? bare.slice(0, -1) : bare)
  if (phrase === undefined && stem.includes('*')) {
    throw invalid(field, `has a "*" that is not at the end of a word: ${bare}`)
  }
  const [first, ...rest] = wordsOf(stem)
  return first === undefined ? undefined : { words: [first, ...rest], isPrefix }
}
