import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines, formatDiff } from './line-diff.ts'

const text = array(constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) =>
  lines.join('\n'),
)

test('either text can be read off the comparison', () => {
  assert(
    property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      const read = (without: string) =>
        lines
          .filter(({ kind }) => kind !== without)
          .map((line) => line.text)
          .join('\n')
      expect(read('new')).toBe(before)
      expect(read('old')).toBe(after)
    }),
  )
})

test('a changed line is one gone and one new, and no more', () => {
  const lines = diffLines('a\nb\nc', 'a\nB\nc')
  expect(lines.filter(({ kind }) => kind !== 'same')).toHaveLength(2)
})

test('equal texts differ nowhere', () => {
  expect(diffLines('a\nb', 'a\nb').every(({ kind }) => kind === 'same')).toBe(true)
})

test('what is far from a difference is left out', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n')
  const shown = formatDiff(diffLines(before, before.replace('line 10', 'other')), 1)
  expect(shown).toEqual(['…', '  line 9', '- line 10', '+ other', '  line 11', '…'])
})

test('texts with nothing in common are compared in bounded time', () => {
  const long = (word: string) => Array.from({ length: 5_000 }, (_, at) => word + at).join('\n')
  expect(diffLines(long('a'), long('b'))).toHaveLength(10_000)
})
