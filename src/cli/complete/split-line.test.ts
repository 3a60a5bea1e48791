import { expect, test } from 'vitest'
import { splitLine } from './split-line.ts'

test.each([
  ['palimpsest ', ['palimpsest', '']],
  ['palimpsest ca', ['palimpsest', 'ca']],
  ['palimpsest cat notes:/a', ['palimpsest', 'cat', 'notes:/a']],
  ['palimpsest cat "my notes:/a b', ['palimpsest', 'cat', 'my notes:/a b']],
  ["palimpsest cat 'a\\b' c", ['palimpsest', 'cat', 'a\\b', 'c']],
  ['palimpsest cat my\\ notes:/', ['palimpsest', 'cat', 'my notes:/']],
  ['ls | palimpsest put ""', ['palimpsest', 'put', '']],
  ['cd x && palimpsest l', ['palimpsest', 'l']],
])('%s', (line, words) => {
  expect(splitLine(line)).toEqual(words)
})
