import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DomainError } from './errors.ts'
import { makeCursor, parsePageLimit, readCursor } from './page.ts'

const key = new Uint8Array(32).fill(7)
const list = ['memories', 'memstore_a', '/notes/', '0']

describe('a cursor', () => {
  test('[R-4.3-1] begins with page_ and is safe in a URL', () => {
    expect(makeCursor(key, list, '/notes/\u00fc b.md')).toMatch(/^page_[\w-]+$/)
  })

  test('gives its position back, whatever text that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (position) => {
        expect(readCursor(key, list, makeCursor(key, list, position))).toBe(position)
      }),
    )
  })

  test('[R-4.3-1] that is empty or absent is the first page', () => {
    expect(readCursor(key, list, '')).toBeUndefined()
    expect(readCursor(key, list, undefined)).toBeUndefined()
  })

  test('is frozen: one that was given out goes on working', () => {
    expect(makeCursor(key, list, '/notes/a.md')).toBe('page_A_uL2Vk0PXrtJx9_L25vdGVzL2EubWQ')
  })

  const cursor = makeCursor(key, list, '/notes/a.md')

  test.each([
    ['made with another key', makeCursor(new Uint8Array(32), list, '/notes/a.md')],
    ['of another kind of list', makeCursor(key, ['versions', ...list.slice(1)], '/notes/a.md')],
    ['of another store', makeCursor(key, ['memories', 'memstore_b', '/notes/', '0'], '/a')],
    ['of another prefix', makeCursor(key, ['memories', 'memstore_a', '/', '0'], '/notes/a.md')],
    ['of another depth', makeCursor(key, ['memories', 'memstore_a', '/notes/', '1'], '/a')],
    ['with the parts of its list joined', makeCursor(key, [list.join()], '/notes/a.md')],
    ['without its prefix', cursor.slice('page_'.length)],
    ['with another prefix', cursor.replace('page_', 'pag3_')],
    ['of nothing but the prefix', 'page_'],
    ['with padding', `${cursor}=`],
    ['with something behind it', `${cursor} `],
    ['with a character of plain base64', cursor.replace(/.$/, '+')],
    ['of any other text', 'next'],
    ['that is only a number', '2'],
  ])('[R-4.3-2, R-4.3-3] %s is refused', (_why, text) => {
    expect(() => readCursor(key, list, text)).toThrow(DomainError)
  })

  test('[R-4.3-2] is refused after the change of any one character', () => {
    for (let index = 0; index < cursor.length; index += 1) {
      const character = cursor[index] === 'A' ? 'B' : 'A'
      const altered = cursor.slice(0, index) + character + cursor.slice(index + 1)
      expect(() => readCursor(key, list, altered)).toThrow('page')
    }
  })
})

describe('the number of items of a page', () => {
  test('[R-4.2-1] is 20 when not given, else what was asked for from 1 to 100', () => {
    expect(parsePageLimit(undefined, false)).toBe(20)
    expect(parsePageLimit(1, false)).toBe(1)
    expect(parsePageLimit(100, false)).toBe(100)
  })

  test.each([0, -1, 101, 1.5, Number.NaN, Infinity])('[R-4.2-1] is not %s', (limit) => {
    expect(() => parsePageLimit(limit, false)).toThrow('limit')
    expect(() => parsePageLimit(limit, true)).toThrow('limit')
  })

  test('[R-4.2-2] is at most 20 with content, without a word', () => {
    expect(parsePageLimit(20, true)).toBe(20)
    expect(parsePageLimit(21, true)).toBe(20)
    expect(parsePageLimit(100, true)).toBe(20)
    expect(parsePageLimit(3, true)).toBe(3)
  })
})
