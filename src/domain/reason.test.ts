import { expect, test } from 'vitest'
import { DomainError } from './errors.ts'
import { parseKeptReason, parseReason } from './reason.ts'

function fieldOf(check: () => unknown): string | undefined {
  try {
    check()
  } catch (error) {
    const problem = error instanceof DomainError ? error.problem : undefined
    if (problem?.code === 'invalid') return problem.field
    throw error
  }
  return 'nothing'
}

test.each(['x', 'x'.repeat(200), '\u{1f600}'.repeat(200), 'Leaked key, ticket 4711', 'naïve …'])(
  'a reason may be %j',
  (text) => {
    expect(parseReason(text)).toBe(text)
  },
)

test.each(['', 'x'.repeat(201), 'two\nlines', 'tab\t', '\u0085', '\ud800', 7, {}, null])(
  'a reason may not be %j',
  (input) => {
    expect(fieldOf(() => parseReason(input))).toBe('reason')
    expect(fieldOf(() => parseReason(input, 'operations[0].reason'))).toBe('operations[0].reason')
  },
)

test('one that was kept may be as long as marks make it', () => {
  const marked = '[redacted]'.repeat(100)
  expect(parseKeptReason(marked, 'reason')).toBe(marked)
  expect(fieldOf(() => parseReason(marked))).toBe('reason')
  expect(fieldOf(() => parseKeptReason(`${marked}.`, 'reason'))).toBe('reason')
  expect(fieldOf(() => parseKeptReason('two\nlines', 'reason'))).toBe('reason')
})
