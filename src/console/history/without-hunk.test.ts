import { expect, test } from 'vitest'
import { diffLines } from './line-diff.ts'
import { withoutHunk } from './without-hunk.ts'

const numbered = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`)
const before = numbered.join('')
const after = numbered.with(1, 'second\n').with(17, 'late\n').join('')
const [first, second] = diffLines(before, after)

test('one place of a change goes, the others stay, and what was written since as well', () => {
  if (first === undefined || second === undefined) throw new Error('two places changed')
  expect(withoutHunk(after, after, first)).toBe(numbered.with(17, 'late\n').join(''))
  expect(withoutHunk(after, after, second)).toBe(numbered.with(1, 'second\n').join(''))
  const since = `${after}and more\n`
  expect(withoutHunk(after, since, first)).toBe(`${numbered.with(17, 'late\n').join('')}and more\n`)
})

test('what others changed in the same lines is not taken out', () => {
  if (first === undefined) throw new Error('two places changed')
  expect(withoutHunk(after, after.replace('second', 'third'), first)).toBeUndefined()
  // It went already.
  expect(withoutHunk(after, before, first)).toBe(before)
})

test('lines that were taken out come back, at an end too', () => {
  const [gone] = diffLines('a\nb\nc', 'a\nb\n')
  if (gone === undefined) throw new Error('a line went')
  expect(withoutHunk('a\nb\n', 'A\na\nb\n', gone)).toBe('A\na\nb\nc')
  const whole = { ...gone, new_start: 0, new_lines: 0, lines: gone.lines.slice(-1) }
  expect(withoutHunk('', '', whole)).toBe('c')
})
