import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes, countCharacters } from './text.ts'

const unicode = fc.string({ unit: 'binary' })

test('[R-9.1-4] a character is a code point, however many units it takes', () => {
  expect(countCharacters('')).toBe(0)
  expect(countCharacters('abc')).toBe(3)
  expect(countCharacters('\u65e5\u672c')).toBe(2)
  expect(countCharacters('\u{1f600}')).toBe(1)
  expect(countCharacters('e\u0301')).toBe(2)
})

test('characters are counted as iterating over the string counts them', () => {
  fc.assert(fc.property(unicode, (text) => countCharacters(text) === Array.from(text).length))
})

test('[R-7.4-1] order is that of the UTF-8 bytes, also where UTF-16 has another', () => {
  expect(compareBytes('\uffff', '\u{10000}')).toBeLessThan(0)
  expect(['\uffff', '\u{10000}'].sort()).toEqual(['\u{10000}', '\uffff'])
  expect(compareBytes('/a.md', '/a/')).toBeLessThan(0)
  expect(compareBytes('/A', '/a')).toBeLessThan(0)
})

test('[R-7.4-1] comparing texts is comparing their bytes', () => {
  fc.assert(
    fc.property(unicode, unicode, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b))
      expect(Math.sign(compareBytes(a, b))).toBe(bytes)
    }),
  )
})

test('texts that share a beginning compare by what follows', () => {
  fc.assert(
    fc.property(unicode, unicode, unicode, (start, a, b) => {
      const bytes = Buffer.compare(Buffer.from(start + a), Buffer.from(start + b))
      expect(Math.sign(compareBytes(start + a, start + b))).toBe(bytes)
    }),
  )
})
