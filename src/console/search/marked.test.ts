import { expect, test } from 'vitest'
import { markRanges } from './marked.ts'

const spell = (text: string, ranges: readonly { start: number; end: number }[]) =>
  markRanges(text, ranges)
    .map((stretch) => (stretch.isFound ? `[${stretch.text}]` : stretch.text))
    .join('')

test('what was found is set apart from what is around it', () => {
  expect(spell('one two three', [{ start: 4, end: 7 }])).toBe('one [two] three')
  expect(spell('one', [{ start: 0, end: 3 }])).toBe('[one]')
  expect(spell('one', [])).toBe('one')
  expect(spell('', [])).toBe('')
})

test('places are counted in characters, not in halves of them', () => {
  expect(spell('\u{1f4da}\u{1f4da} books', [{ start: 3, end: 8 }])).toBe(
    '\u{1f4da}\u{1f4da} [books]',
  )
})

test('ranges that overlap or reach too far lose and repeat nothing', () => {
  const ranges = [
    { start: 0, end: 2 },
    { start: 1, end: 3 },
    { start: 5, end: 99 },
  ]
  expect(spell('abcdef', ranges)).toBe('[ab][c]de[f]')
})
