import { expect, test } from 'vitest'
import { numberLines, pairLines, type Hunk } from './sides.ts'

const line = (op: 'keep' | 'add' | 'remove', text: string) => ({ op, text, no_newline: false })

const hunk: Hunk = {
  old_start: 4,
  old_lines: 4,
  new_start: 4,
  new_lines: 4,
  lines: [
    line('keep', 'a'),
    line('remove', 'b'),
    line('remove', 'c'),
    line('add', 'B'),
    line('keep', 'd'),
    line('add', 'e'),
  ],
}

test('lines are numbered on the sides that have them', () => {
  expect(numberLines(hunk).map(({ old, new: after }) => [old, after])).toEqual([
    [4, 4],
    [5, null],
    [6, null],
    [null, 5],
    [7, 6],
    [null, 7],
  ])
})

test('what was taken out stands beside what came instead', () => {
  const pairs = pairLines(numberLines(hunk))
  expect(pairs.map(({ left, right }) => [left?.line.text, right?.line.text])).toEqual([
    ['a', 'a'],
    ['b', 'B'],
    ['c', undefined],
    ['d', 'd'],
    [undefined, 'e'],
  ])
})
