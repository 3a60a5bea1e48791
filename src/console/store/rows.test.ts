import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { comparePaths } from './rows.ts'

const sorted = (...paths: string[]) => paths.toSorted(comparePaths)

test('a number counts as what it is', () => {
  expect(sorted('/t-10.md', '/t-2.md', '/t-1.md', '/t.md', '/t-9/a', '/t-12/a')).toEqual([
    '/t-1.md',
    '/t-2.md',
    '/t-9/a',
    '/t-10.md',
    '/t-12/a',
    '/t.md',
  ])
  expect(sorted('/2026-11-2', '/2026-2-10', '/2026-11-10')).toEqual([
    '/2026-2-10',
    '/2026-11-2',
    '/2026-11-10',
  ])
  expect(sorted('/01', '/1', '/001', '/2', '/10')).toEqual(['/1', '/01', '/001', '/2', '/10'])
  expect(sorted(`/${'9'.repeat(40)}`, `/1${'0'.repeat(40)}`, '/a')).toEqual([
    `/${'9'.repeat(40)}`,
    `/1${'0'.repeat(40)}`,
    '/a',
  ])
})

test('the order is one, and keeps a directory together', () => {
  const letter = constantFrom('0', '1', '2', '/', 'a', '-', '.')
  const path = array(letter, { maxLength: 8 }).map((letters) => `/${letters.join('')}`)
  assert(
    property(path, path, path, (a, b, c) => {
      expect(Math.sign(comparePaths(a, b))).toBe(-Math.sign(comparePaths(b, a)) || 0)
      expect(comparePaths(a, b) === 0).toBe(a === b)
      if (comparePaths(a, b) <= 0 && comparePaths(b, c) <= 0) {
        expect(comparePaths(a, c)).toBeLessThanOrEqual(0)
        for (let at = 1; at <= a.length; at += 1) {
          const above = a.slice(0, at)
          if (above.endsWith('/') && c.startsWith(above)) expect(b.startsWith(above)).toBe(true)
        }
      }
    }),
  )
})
