import { expect, test } from 'vitest'
import { didYouMean, editDistance, nearest } from './suggest.ts'

const commands = ['ls', 'cat', 'put', 'get', 'stores list', 'completion', 'serve']

test.each([
  ['lss', 'ls'],
  ['srve', 'serve'],
  ['evrse', undefined],
  ['compl', 'completion'],
  ['sotres list', 'stores list'],
  ['xyzzy', undefined],
])('for %s it is %s', (typed, expected) => {
  expect(nearest(typed, commands)).toBe(expected)
})

test('a swap of neighbours is one slip', () => {
  expect(editDistance('list', 'lsit')).toBe(1)
  expect(editDistance('list', 'list')).toBe(0)
  expect(editDistance('', 'abc')).toBe(3)
})

test('nothing near is nothing said', () => {
  expect(didYouMean('xyzzy', commands)).toBe('')
  expect(didYouMean('serv', commands)).toBe(' Did you mean serve?')
})
