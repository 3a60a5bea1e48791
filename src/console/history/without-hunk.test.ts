import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './line-diff.ts'
import { placesOf } from './sides.ts'
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

test('places that stand close together go one by one', () => {
  const plan = 'Plan: Team\nby mail\nSeats: 40\n'
  const both = 'Plan: Enterprise\nby mail\nSeats: 4000\n'
  const [hunk, ...others] = diffLines(plan, both)
  if (hunk === undefined) throw new Error('lines changed')
  expect(others).toEqual([])
  const [, seats] = placesOf(hunk)
  if (seats === undefined) throw new Error('two places changed')
  expect(withoutHunk(both, both, seats)).toBe('Plan: Enterprise\nby mail\nSeats: 40\n')
})

const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''))

test('without all of its places a change is undone', () => {
  fc.assert(
    fc.property(texts, texts, (from, to) => {
      const places = diffLines(from, to).flatMap(placesOf)
      let now = to
      for (const place of places.toReversed()) {
        expect(place.lines.some(({ op }) => op !== 'keep')).toBe(true)
        now = withoutHunk(to, now, place) ?? 'apart from others'
      }
      expect(now).toBe(from)
    }),
  )
})
