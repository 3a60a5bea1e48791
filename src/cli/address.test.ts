import { describe, expect, test } from 'vitest'
import { asDirectory, parseAddress, parseMemoryAddress } from './address.ts'
import { UsageError } from './command.ts'

describe('STORE[:PATH]', () => {
  test.each([
    ['notes', { store: 'notes', path: undefined }],
    ['notes:', { store: 'notes', path: undefined }],
    ['notes:/', { store: 'notes', path: '/' }],
    ['notes:/a/b.md', { store: 'notes', path: '/a/b.md' }],
    ['team: docs:/a:/b', { store: 'team: docs', path: '/a:/b' }],
    ['memstore_1:/x', { store: 'memstore_1', path: '/x' }],
  ])('%s', (text, expected) => {
    expect(parseAddress(text)).toEqual(expected)
  })

  test.each([[undefined], [''], ['/a.md'], [':/a.md']])('%s names no store', (text) => {
    expect(() => parseAddress(text)).toThrow(UsageError)
  })
})

describe('STORE:PATH', () => {
  test.each(['notes', 'notes:/', 'notes:/a/', 'notes:/a//b', 'notes:/../x', 'notes:/\u202e'])(
    '%j names no memory',
    (text) => {
      expect(() => parseMemoryAddress(text)).toThrow(UsageError)
    },
  )
})

test('a directory ends with a slash', () => {
  expect(asDirectory(undefined)).toBe('/')
  expect(asDirectory('/a')).toBe('/a/')
  expect(asDirectory('/a/')).toBe('/a/')
})
