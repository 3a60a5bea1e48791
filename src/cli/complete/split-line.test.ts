import { expect, test } from 'vitest'
import { splitLine } from './split-line.ts'

test.each([
  ['palimpsest ', ['palimpsest', '']],
  ['palimpsest ca', ['palimpsest', 'ca']],
  ['palimpsest cat notes:/a', ['palimpsest', 'cat', 'notes:/a']],
  ['palimpsest cat "my notes:/a b', ['palimpsest', 'cat', 'my notes:/a b']],
  ["palimpsest cat 'a\\b' c", ['palimpsest', 'cat', 'a\\b', 'c']],
  ['palimpsest cat my\\ notes:/', ['palimpsest', 'cat', 'my notes:/']],
  ['palimpsest cat "a\\b\\$', ['palimpsest', 'cat', 'a\\b$']],
  ['ls | palimpsest put ""', ['palimpsest', 'put', '']],
  ['cd x && palimpsest l', ['palimpsest', 'l']],
])('%s', (line, words) => {
  expect(splitLine(line).words).toEqual(words)
})

test.each([
  ['cat notes:/a', '', '/a'],
  ['cat my\\ docs\\:/a', '', 'my docs:/a'],
  ['cat "my docs:/a', '"', 'my docs:/a'],
  ["cat 'my docs:/a", "'", 'my docs:/a'],
  ['cat "my docs:/"a', '', 'my docs:/a'],
  ["cat 'it'\\''s:/", "'", 's:/'],
  ['cat "a b" c:', '', ''],
  ['x "a"; cat "', '"', ''],
])('in %s bash replaces what follows the quote or the last ":"', (line, quote, replaced) => {
  expect(splitLine(line)).toMatchObject({ quote, replaced })
})
