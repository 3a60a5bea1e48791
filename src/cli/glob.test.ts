import { expect, test } from 'vitest'
import { globPattern } from './glob.ts'

test.each([
  ['*.md', 'a.md', true],
  ['*.md', 'a.mdx', false],
  ['*.md', 'd/a.md', false],
  ['/**/a.md', '/x/y/a.md', true],
  ['a?c', 'abc', true],
  ['a?c', 'a🦊c', true],
  ['a?c', 'a/c', false],
  ['[ab].txt', 'b.txt', true],
  ['[!ab].txt', 'b.txt', false],
  ['[a-c]x', 'bx', true],
  ['a.c', 'abc', false],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['a+(b)$^{1}|', 'a+(b)$^{1}|', true],
])('%s of %s: %s', (pattern, text, expected) => {
  expect(globPattern(pattern, '').test(text)).toBe(expected)
})
