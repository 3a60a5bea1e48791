import type { JsonValue } from '../json/value.ts'
import { matchesPattern } from './path.ts'

export interface Query {
  /** What of each element is looked at; "" the element itself. */
  readonly path: string
  readonly operator: string
  readonly wanted: string
}

const operators = ['==', '!=', '<=', '>=', '!%', '=', '<', '>', '%'] as const

/** What stands between the brackets of `#(…)`. */
export function parseQuery(text: string): Query {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) depth -= 1
    const operator = operators.find((candidate) => text.startsWith(candidate, at))
    if (depth === 0 && operator !== undefined && character !== '\\') {
      return {
        path: text.slice(0, at).trim(),
        operator: operator === '==' ? '=' : operator,
        wanted: unquote(text.slice(at + operator.length).trim()),
      }
    }
  }
  return { path: text.trim(), operator: '', wanted: '' }
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  try {
    return String(JSON.parse(text))
  } catch {
    return text.replace(/^"|"$/g, '')
  }
}

/** Whether the value that the query's path found (undefined: nothing) satisfies it. */
export function matchesQuery(query: Query, found: JsonValue | undefined): boolean {
  if (query.wanted.startsWith('~')) return matchesTruth(query, found)
  if (found === undefined) return false
  if (query.operator === '') return true
  switch (found.kind) {
    case 'string':
      return compareTexts(query.operator, found.text, query.wanted)
    case 'number': {
      const wanted = Number(query.wanted)
      return compareNumbers(query.operator, Number(found.digits), Number.isNaN(wanted) ? 0 : wanted)
    }
    case 'true':
    case 'false':
      return compareTruths(query.operator, found.kind, query.wanted)
    default:
      return false
  }
}

/** `~true`, `~false`, `~null` and `~*` ask what a value counts as. */
function matchesTruth(query: Query, found: JsonValue | undefined): boolean {
  const kind = truthTests[query.wanted.slice(1)]?.(found)
  return kind !== undefined && compareTruths(query.operator, kind ? 'true' : 'false', 'true')
}

const truthTests: Readonly<Record<string, (value: JsonValue | undefined) => boolean>> = {
  '*': (value) => value !== undefined,
  null: (value) => value === undefined || value.kind === 'null',
  true: (value) => value !== undefined && isTruthy(value),
  false: (value) => value === undefined || isFalsy(value),
}

function isTruthy(value: JsonValue): boolean {
  if (value.kind === 'string') return /^(1|t|true)$/i.test(value.text)
  if (value.kind === 'number') return Number(value.digits) !== 0
  return value.kind === 'true'
}

function isFalsy(value: JsonValue): boolean {
  if (value.kind === 'string') return /^(0|f|false)$/i.test(value.text)
  if (value.kind === 'number') return Number(value.digits) === 0
  return value.kind === 'false' || value.kind === 'null'
}

function compareTexts(operator: string, found: string, wanted: string): boolean {
  if (operator === '%') return matchesPattern(found, wanted)
  if (operator === '!%') return !matchesPattern(found, wanted)
  return compare(operator, found < wanted ? -1 : Number(found > wanted))
}

function compareNumbers(operator: string, found: number, wanted: number): boolean {
  return compare(operator, found - wanted)
}

function compareTruths(operator: string, found: 'true' | 'false', wanted: string): boolean {
  if (wanted !== 'true' && wanted !== 'false') {
    return operator === '!=' || operator === (found === 'true' ? '>=' : '<=')
  }
  return compare(operator, Number(found === 'true') - Number(wanted === 'true'))
}

/** @param order negative, 0 or positive, as of a comparison */
function compare(operator: string, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return false
  }
}
