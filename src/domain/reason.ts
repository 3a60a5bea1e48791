import { invalid } from './errors.ts'
import { countCharacters } from './text.ts'

// Why something was erased, in the words of whoever had it done.

const charactersMax = 200
/** Forgetting puts a mark of ten characters in the place of two or more. */
const keptCharactersMax = charactersMax * 5

/** @throws DomainError `invalid` that names the field */
export function parseReason(input: unknown, field = 'reason'): string {
  return parseLine(input, { field, max: charactersMax })
}

/**
 * A reason that was given before, as it is stored and travels: marks may have made it longer.
 * @throws DomainError `invalid` that names the field
 */
export function parseKeptReason(input: unknown, field: string): string {
  return parseLine(input, { field, max: keptCharactersMax })
}

function parseLine(
  input: unknown,
  { field, max }: { readonly field: string; readonly max: number },
): string {
  const isLine = typeof input === 'string' && input.isWellFormed() && !/\p{Cc}/u.test(input)
  if (!isLine || input === '' || countCharacters(input) > max) {
    throw invalid(field, `must be 1 to ${max} characters on one line`)
  }
  return input
}
