import { expect, test } from 'vitest'
import { mergedText, mergeTexts } from './merge.ts'

const base = 'one\ntwo\nthree\nfour\nfive\n'
const none = new Map()

test('edits of different lines fit together', () => {
  const regions = mergeTexts(base, 'ONE\ntwo\nthree\nfour\nfive\n', 'one\ntwo\nthree\nfour\nFIVE\n')
  expect(regions.map(({ type }) => type)).toEqual(['mine', 'same', 'theirs'])
  expect(mergedText(regions, none)).toBe('ONE\ntwo\nthree\nfour\nFIVE\n')
})

test('edits of the same line wait for a choice', () => {
  const regions = mergeTexts(
    base,
    'one\nmine\nthree\nfour\nfive\n',
    'one\ntheirs\nthree\nfour\nfive\n',
  )
  expect(regions[1]).toEqual({
    type: 'conflict',
    mine: 'mine\n',
    theirs: 'theirs\n',
    before: 'two\n',
  })
  expect(mergedText(regions, none)).toBeUndefined()
  expect(mergedText(regions, new Map([[1, 'mine']]))).toBe('one\nmine\nthree\nfour\nfive\n')
  expect(mergedText(regions, new Map([[1, 'theirs']]))).toBe('one\ntheirs\nthree\nfour\nfive\n')
  expect(mergedText(regions, new Map([[1, 'both']]))).toBe('one\ntheirs\nmine\nthree\nfour\nfive\n')
})

test('the same edit on both sides is no question', () => {
  const edit = 'one\nTWO\nthree\nfour\nfive\n'
  expect(mergedText(mergeTexts(base, edit, edit), none)).toBe(edit)
})

test('what one side deleted and nobody else touched is gone', () => {
  const regions = mergeTexts(base, 'one\nthree\nfour\nfive\n', `${base}six\n`)
  expect(mergedText(regions, none)).toBe('one\nthree\nfour\nfive\nsix\n')
})

test('texts without a line break at the end', () => {
  const regions = mergeTexts('a', 'a mine', 'a theirs')
  expect(mergedText(regions, new Map([[0, 'both']]))).toBe('a theirs\na mine')
  expect(mergedText(mergeTexts('', '', ''), none)).toBe('')
})

test('a hundred thousand lines that are all the same take no time', () => {
  const blank = '\n'.repeat(100_000)
  const regions = mergeTexts(blank, `mine${blank}`, `theirs${'\n'.repeat(99_000)}`)
  expect(regions.some(({ type }) => type === 'conflict')).toBe(true)
})
