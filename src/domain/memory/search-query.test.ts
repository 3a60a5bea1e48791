import { expect, test } from 'vitest'
import { parseSearchQuery } from './search-query.ts'

const wanted = (query: string) =>
  parseSearchQuery(query).wanted.map(
    ({ words, isPrefix }) => words.join(' ') + (isPrefix ? '*' : ''),
  )

test.each([
  ['one two', ['one', 'two']],
  ['"one two" three', ['one two', 'three']],
  ['one"two three"four', ['one', 'two three', 'four']],
  ['pre*', ['pre*']],
  ['foo-bar*', ['foo bar*']],
  ['CAFÉ ﬁne Ｆｕｌｌ', ['cafe', 'fine', 'full']],
  ['東京', ['東 京']],
  ['fish & chips', ['fish', 'chips']],
  ['"a*b"', ['a b']],
  ['OR AND NEAR(a)', ['or', 'and', 'near a']],
])('%j looks for %j', (query, words) => {
  expect(wanted(query)).toEqual(words)
})

test('what begins with "-" must not be there, be it a word, a prefix or a phrase', () => {
  const { unwanted } = parseSearchQuery('a -b -c* -"d e" --f')
  expect(unwanted).toEqual([
    { words: ['b'], isPrefix: false },
    { words: ['c'], isPrefix: true },
    { words: ['d', 'e'], isPrefix: false },
    { words: ['f'], isPrefix: false },
  ])
})
