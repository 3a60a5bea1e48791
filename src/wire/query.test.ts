import { expect, test } from 'vitest'
import { DomainError } from '../domain/errors.ts'
import { boolean, formatQuery, integer, oneOf, parseQuery, text, timeBound } from './query.ts'

const fields = {
  limit: integer('a number'),
  flag: boolean('a flag'),
  view: oneOf(['basic', 'full'], 'a view'),
  path_prefix: text('a text'),
  expected: text('a text that may be empty', { keepsEmpty: true }),
  'created_at[gte]': timeBound('up', 'a time'),
}

function refusal(search: string): string {
  try {
    parseQuery(fields, search)
  } catch (error) {
    if (error instanceof DomainError) return error.message
    throw error
  }
  return 'no refusal'
}

test('values are read by their kind', () => {
  const search = 'limit=20&flag=true&view=full&path_prefix=/a/&created_at[gte]=2026-11-20T08:00:00Z'
  expect(parseQuery(fields, search)).toEqual({
    limit: 20,
    flag: true,
    view: 'full',
    path_prefix: '/a/',
    'created_at[gte]': Date.UTC(2026, 10, 20, 8),
  })
})

test('[R-2.1-4] keys and values may be percent-encoded, and a plus is a blank', () => {
  const search = 'created_at%5Bgte%5D=2026-11-20T08%3A00%3A00%2B00%3A00&path_prefix=%2Fn%20o+t%2F'
  expect(parseQuery(fields, search)).toEqual({
    'created_at[gte]': Date.UTC(2026, 10, 20, 8),
    path_prefix: '/n o t/',
  })
  expect(parseQuery(fields, 'created_at[gte]=2026-11-20T08:00:00+00:00')).toEqual({
    'created_at[gte]': Date.UTC(2026, 10, 20, 8),
  })
})

test('[R-2.2-1] [R-2.8-5] [R-7.4-6] unknown parameters are ignored, whatever they hold', () => {
  const search = 'beta=true&order_by=path&order=asc&%ff=%ff&__proto__=x&constructor=y&=z&&limit=3'
  expect(parseQuery(fields, search)).toEqual({ limit: 3 })
})

test('[R-2.8-5] of repeated parameters the last counts', () => {
  expect(parseQuery(fields, 'limit=1&limit=2')).toEqual({ limit: 2 })
  expect(parseQuery(fields, 'limit=1&limit=').limit).toBeUndefined()
})

test('an empty value is an absent one, except where that would drop a guard', () => {
  expect(parseQuery(fields, 'limit=&flag=&view=&path_prefix&created_at[gte]=')).toEqual({})
  expect(parseQuery(fields, 'expected=')).toEqual({ expected: '' })
})

test.each([
  ['limit=abc', 'limit: must be a whole number'],
  ['limit=1.5', 'limit: must be a whole number'],
  ['limit=1e2', 'limit: must be a whole number'],
  ['limit=+5', 'limit: must be a whole number'],
  ['limit=0x10', 'limit: must be a whole number'],
  ['limit=99999999999999999999', 'limit: must be a whole number'],
  ['flag=1', 'flag: must be "true" or "false"'],
  ['flag=TRUE', 'flag: must be "true" or "false"'],
  ['view=Full', 'view: must be "basic" or "full"'],
  ['path_prefix=%ff', 'path_prefix: must be percent-encoded UTF-8'],
  ['path_prefix=%', 'path_prefix: must be percent-encoded UTF-8'],
  ['path_prefix=%00', 'path_prefix: must not contain NUL'],
])('[R-2.8-5] %s is refused: %s', (search, message) => {
  expect(refusal(search)).toBe(message)
})

test('what is written is read back', () => {
  const values = {
    limit: 7,
    flag: false,
    view: 'basic' as const,
    path_prefix: '/ä &=+%/\u{1f600}/',
    'created_at[gte]': Date.UTC(2026, 10, 20, 8, 0, 0, 1),
  }
  expect(parseQuery(fields, formatQuery(fields, values))).toEqual(values)
  expect(formatQuery(fields, {})).toBe('')
})

test('a lone surrogate, which no URL can carry, is refused when a query is written', () => {
  expect(() => formatQuery(fields, { path_prefix: '/\ud800/' })).toThrow(/valid Unicode/)
})
