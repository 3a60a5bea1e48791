import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readVectorFile, readVectors, spell } from '../../../test/support/vectors.ts'
import { DomainError } from '../errors.ts'
import {
  mergeMetadata,
  parseDescription,
  parseMetadata,
  parseMetadataPatch,
  parseName,
  sameMetadata,
  slug,
} from './store.ts'

type Parts = Parameters<typeof spell>[0]

describe.each([
  ['[R-9.1-1] a name', 'names.json', parseName],
  ['[R-9.1-2] a description', 'descriptions.json', parseDescription],
])('%s', (_what, file, parse) => {
  const { valid, invalid } = readVectors(file)

  test.each(valid)('is accepted as it is: $why', ({ text }) => {
    expect(parse(text)).toBe(text)
  })

  test.each(invalid)('is refused: $why', ({ text }) => {
    expect(() => parse(text)).toThrow(DomainError)
  })
})

interface MetadataVector {
  readonly why: string
  readonly value?: unknown
  readonly keyParts?: Parts
  readonly valueParts?: Parts
}

describe('[R-9.1-3] metadata', () => {
  const file = readVectorFile('metadata.json') as Record<'valid' | 'invalid', MetadataVector[]>
  const valueOf = ({ value, keyParts = [], valueParts = [] }: MetadataVector) =>
    value === undefined ? { [spell(keyParts)]: spell(valueParts) } : value

  test.each(file.valid)('is accepted as it is: $why', (vector) => {
    expect(parseMetadata(valueOf(vector))).toEqual(valueOf(vector))
  })

  test.each(file.invalid)('is refused: $why', (vector) => {
    expect(() => parseMetadata(valueOf(vector))).toThrow(DomainError)
  })

  test('keeps a key that would set a prototype as what it is, a key', () => {
    const parsed = parseMetadata(JSON.parse('{"__proto__":"a"}'))
    expect(Object.entries(parsed)).toEqual([['__proto__', 'a']])
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  })

  test('may have null values in a patch', () => {
    expect(parseMetadataPatch({ a: null, b: 'c' })).toEqual({ a: null, b: 'c' })
    expect(() => parseMetadataPatch({ a: 1 })).toThrow('metadata.a')
    expect(() => parseMetadataPatch(null)).toThrow('metadata')
  })
})

const key = fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__', '1')
const metadata = fc.dictionary(key, fc.constantFrom('', 'x', 'y'))
const patch = fc.dictionary(key, fc.constantFrom('', 'x', 'y', null))
const sixteen = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v']))

describe('[R-6.5-1] a metadata patch', () => {
  test('sets, removes and leaves alone', () => {
    const current = { keep: '1', change: '2', remove: '3' }
    expect(mergeMetadata(current, { change: 'x', remove: null, absent: null, add: '' })).toEqual({
      keep: '1',
      change: 'x',
      add: '',
    })
  })

  test('that is empty changes nothing', () => {
    fc.assert(fc.property(metadata, (a) => sameMetadata(mergeMetadata(a, {}), a)))
  })

  test('applied again changes nothing more', () => {
    fc.assert(
      fc.property(metadata, patch, (a, p) => {
        const once = mergeMetadata(a, p)
        expect(sameMetadata(mergeMetadata(once, p), once)).toBe(true)
      }),
    )
  })

  test('after another is the one patch of both', () => {
    fc.assert(
      fc.property(metadata, patch, patch, (a, p, q) => {
        const both = Object.fromEntries([...Object.entries(p), ...Object.entries(q)])
        const oneByOne = mergeMetadata(mergeMetadata(a, p), q)
        expect(sameMetadata(oneByOne, mergeMetadata(a, both))).toBe(true)
      }),
    )
  })

  test('leaves what it was given unchanged', () => {
    const current = { a: '1' }
    mergeMetadata(current, { a: null, b: '2' })
    expect(current).toEqual({ a: '1' })
  })

  test('may swap a pair of sixteen, but not add a seventeenth', () => {
    expect(Object.keys(mergeMetadata(sixteen, { k0: null, new: 'v' }))).toHaveLength(16)
    expect(() => mergeMetadata(sixteen, { new: 'v' })).toThrow('would have 17')
  })
})

test('metadata is the same whatever the order of its keys, and only then', () => {
  expect(sameMetadata({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true)
  expect(sameMetadata({ a: '1' }, { a: '2' })).toBe(false)
  expect(sameMetadata({ a: '1' }, { b: '1' })).toBe(false)
  expect(sameMetadata({ a: '1' }, {})).toBe(false)
  fc.assert(fc.property(metadata, metadata, (a, b) => sameMetadata(a, b) === sameMetadata(b, a)))
})

interface SlugVector {
  readonly why: string
  readonly text?: string
  readonly slug?: string
  readonly parts?: Parts
  readonly slugParts?: Parts
}

describe('[R-11.3-1] the directory name of a store', () => {
  const { slugs } = readVectorFile('slugs.json') as { slugs: SlugVector[] }

  test.each(slugs)('$why', ({ text, slug: expected, parts = [], slugParts = [] }) => {
    expect(slug(text ?? spell(parts))).toBe(expected ?? spell(slugParts))
  })

  test('is always a plain name, and its own directory name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(slug(name)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
        expect(slug(slug(name))).toBe(slug(name))
      }),
    )
  })
})
