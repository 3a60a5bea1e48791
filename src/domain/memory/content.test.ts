import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readVectors } from '../../../test/support/vectors.ts'
import { DomainError } from '../errors.ts'
import { parseContent, parseSha256 } from './content.ts'

const contents = readVectors('contents.json')
const shas = readVectors('shas.json')

describe('[R-9.3-1] [R-9.3-2] [R-9.3-3] a content', () => {
  test.each(contents.valid)('is accepted as it is: $why', ({ text }) => {
    expect(parseContent(text).text).toBe(text)
  })

  test.each(contents.invalid)('is refused: $why', ({ text }) => {
    expect(() => parseContent(text)).toThrow(DomainError)
  })

  test('that is missing hears how to say "empty"', () => {
    expect(() => parseContent(undefined)).toThrow('pass ""')
  })

  test('that is too long hears the limit and its own size', () => {
    expect(() => parseContent('\u65e5'.repeat(34_134), 'operations[3].content')).toThrow(
      'operations[3].content: must be at most 102400 bytes of UTF-8; it has 102402',
    )
  })
})

describe('[R-7.1-2] hash and size', () => {
  test('are frozen for texts that other clients hash too', () => {
    expect(parseContent('')).toEqual({
      text: '',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      sizeBytes: 0,
    })
    expect(parseContent('abc').sha256).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(parseContent('\ufeff').sha256).toBe(
      'f1945cd6c19e56b3c1c78943ef5ec18116907a4ca1efc40a57d48ab1db7adfc5',
    )
    expect(parseContent('\0').sha256).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    )
  })

  test('are those of the exact UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(text, 'utf8')
        const { sha256, sizeBytes } = parseContent(text)
        expect(sizeBytes).toBe(bytes.length)
        expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      }),
    )
  })

  test('differ between composed and decomposed text', () => {
    expect(parseContent('\u00e9').sha256).not.toBe(parseContent('e\u0301').sha256)
  })
})

describe('[R-9.4-1] a hash in a request', () => {
  test.each(shas.valid)('is accepted: $why', ({ text }) => {
    expect(parseSha256(text, 'expected_content_sha256')).toBe(text)
  })

  test.each(shas.invalid)('is refused: $why', ({ text }) => {
    expect(() => parseSha256(text, 'expected_content_sha256')).toThrow(/^expected_content_sha256: /)
  })
})
