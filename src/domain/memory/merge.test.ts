import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { append, mergeTexts } from './merge.ts'

describe('two edits of one text', () => {
  const base = 'one\ntwo\nthree\nfour\nfive\n'

  test('of different lines are both in the result', () => {
    const ours = base.replace('two', 'TWO')
    const theirs = base.replace('four', 'FOUR')
    expect(mergeTexts(base, ours, theirs)).toBe('one\nTWO\nthree\nFOUR\nfive\n')
  })

  test('of neighbouring lines are both in the result', () => {
    const ours = base.replace('two', 'TWO')
    const theirs = base.replace('three', 'THREE')
    expect(mergeTexts(base, ours, theirs)).toBe('one\nTWO\nTHREE\nfour\nfive\n')
  })

  test('of the same line cannot be merged, unless they are the same edit', () => {
    const ours = base.replace('two', 'TWO')
    expect(mergeTexts(base, ours, base.replace('two', 'zwei'))).toBeUndefined()
    expect(mergeTexts(base, ours, ours)).toBe(ours)
  })

  test('at the end are both kept, ours behind theirs', () => {
    expect(mergeTexts(base, `${base}ours\n`, `${base}theirs\n`)).toBe(`${base}theirs\nours\n`)
  })

  test('what is appended never ends up inside a line of theirs', () => {
    expect(append('a\n', 'b', 'c\n')).toBe('b\nc\n')
    expect(append('a', 'a!', 'c\n')).toBe('a!c\n')
    expect(append('', '', 'c\n')).toBe('c\n')
  })

  test('of two new texts cannot be merged', () => {
    expect(mergeTexts('', 'ours\n', 'theirs\n')).toBeUndefined()
  })

  test('nobody loses a line that only one side touched', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    const text = fc
      .array(word, { maxLength: 12 })
      .map((words) => words.map((w) => `${w}\n`).join(''))
    fc.assert(
      fc.property(text, text, text, (base, ours, theirs) => {
        expect(mergeTexts(base, ours, base)).toBe(ours)
        expect(mergeTexts(base, base, theirs)).toBe(theirs)
        const merged = mergeTexts(base, ours, theirs)
        const bound = ours.length + theirs.length
        if (merged !== undefined) expect(merged.length).toBeLessThanOrEqual(bound)
      }),
      { numRuns: 1_000 },
    )
  })
})
