import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readVectors } from '../../../test/support/vectors.ts'
import { DomainError } from '../errors.ts'
import { compareBytes } from '../text.ts'
import {
  ancestors,
  below,
  isWithin,
  overlaps,
  parseDirectory,
  parsePath,
  parsePrefix,
  root,
  within,
  type Path,
  type Prefix,
} from './path.ts'

const paths = readVectors('paths.json')
const prefixes = readVectors('prefixes.json')

describe('[R-9.2-1] [R-9.2-2] [R-9.2-3] [R-9.2-4] [R-9.2-5] a path', () => {
  test.each(paths.valid)('is accepted as it is: $why', ({ text }) => {
    expect(parsePath(text)).toBe(text)
  })

  test.each(paths.invalid)('is refused: $why', ({ text }) => {
    expect(() => parsePath(text)).toThrow(DomainError)
  })

  test.each([
    ['/a//b', 'empty segment'],
    ['/a/', 'empty segment'],
    ['/a/..', '".." segment'],
    ['a', 'start with "/"'],
    ['/cafe\u0301', 'NFC'],
    ['/a\u200db', 'U+200D'],
    ['/a\u{e0067}', 'U+E0067'],
    ['/\ud800', 'surrogate'],
    [`/${'\u00e9'.repeat(512)}`, '1025'],
    ['/s'.repeat(21), '21'],
  ])('that breaks a rule hears which: %j', (text, said) => {
    expect(() => parsePath(text, 'operations[0].path')).toThrow(said)
    expect(() => parsePath(text, 'operations[0].path')).toThrow('operations[0].path: must')
  })

  test('refuses every control and format character and no other character for its category', () => {
    const refused = /^[\p{Cc}\p{Cf}\u2028\u2029]$/u
    for (let point = 1; point <= 0x10ffff; point += point < 0x3000 ? 1 : 7) {
      const character = String.fromCodePoint(point)
      if (character === '/' || character === '.' || !character.isWellFormed()) continue
      const text = `/a${character}`
      if (text !== text.normalize('NFC')) continue
      const accepted = !refused.test(character)
      expect(isAccepted(text), `U+${point.toString(16)}`).toBe(accepted)
    }
  })
})

function isAccepted(text: string): boolean {
  try {
    parsePath(text)
    return true
  } catch {
    return false
  }
}

describe('[R-7.4-3] a prefix', () => {
  test.each(prefixes.valid)('is accepted: $why', ({ text }) => {
    expect(parsePrefix(text)).toBe(text)
  })

  test.each(prefixes.invalid)('is refused: $why', ({ text }) => {
    expect(() => parsePrefix(text)).toThrow(DomainError)
  })
})

describe('a directory to move', () => {
  test.each(['/', '/a/', '/a/b/', '/.hidden/', '/s'.repeat(20) + '/'])('%j is one', (text) => {
    expect(parseDirectory(text, 'from')).toBe(text)
  })

  test.each(['//', '/a', 'a/', '', '/../', '/a/./', '/cafe\u0301/', '/s'.repeat(21) + '/'])(
    '%j is none',
    (text) => {
      expect(() => parseDirectory(text, 'from')).toThrow(/^from: /)
    },
  )
})

/** Segments that collide, prefix one another, and stand around "/" in byte order. */
const segment = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'a.', 'a-', 'a0', 'a!', '.a', '\u00e9', '\u{1f600}', '\uffee'),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 4 })
    .map((text) => text.normalize('NFC'))
    .filter((text) => isAccepted(`/${text}`) && !text.includes('/')),
)
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`)
  .filter(isAccepted)
  .map((text) => parsePath(text))

const prefix = fc.oneof(
  fc.constant(root),
  path.map((text) => parsePrefix(`${text}/`)),
)

/** Two paths that are close in byte order more often than not. */
const neighbours = fc
  .tuple(path, fc.constantFrom('', '/', '0', '0/', '.', '-', '!', '~', '\u{1f600}'), path)
  .map(([a, joint, b]): [Path, string] => [a, `${a}${joint}${b.slice(1)}`])
  .filter(([, b]) => isAccepted(b))
  .map(([a, b]): [Path, Path] => [a, parsePath(b)])

function isInRange(text: string, range: { from: string; to: string }): boolean {
  return compareBytes(text, range.from) >= 0 && compareBytes(text, range.to) < 0
}

describe('ranges in byte order', () => {
  test('[R-7.4-2] below a path is exactly what has it as an ancestor', () => {
    fc.assert(
      fc.property(neighbours, ([a, b]) => {
        expect(isInRange(b, below(a))).toBe(ancestors(b).includes(a))
        expect(isInRange(a, below(b))).toBe(ancestors(a).includes(b))
      }),
    )
  })

  test('[R-7.4-2] within a prefix is exactly what begins with it', () => {
    fc.assert(
      fc.property(prefix, neighbours, (a, [start, b]) => {
        for (const directory of [a, parsePrefix(`${start}/`)]) {
          expect(isInRange(b, within(directory))).toBe(b.startsWith(directory))
          expect(isWithin(b, directory)).toBe(b.startsWith(directory))
        }
      }),
    )
  })

  test('[R-7.4-2] neighbours of a directory in byte order are outside', () => {
    const range = within('/notes/' as Prefix)
    for (const outside of ['/notes', '/notes-archive/x', '/notes.md', '/notes0', '/Notes/x']) {
      expect(isInRange(outside, range)).toBe(false)
    }
    for (const inside of ['/notes/!', '/notes/x', '/notes/\u{10fffd}', '/notes/a/b']) {
      expect(isInRange(inside, range)).toBe(true)
    }
  })

  test('every path is within the root', () => {
    fc.assert(fc.property(path, (a) => isInRange(a, within(root))))
  })
})

describe('ancestors', () => {
  test('are the proper prefixes of whole segments, topmost first', () => {
    expect(ancestors('/a' as Path)).toEqual([])
    expect(ancestors('/a/b/c' as Path)).toEqual(['/a', '/a/b'])
  })

  test('are paths themselves', () => {
    fc.assert(fc.property(path, (a) => ancestors(a).every((ancestor) => isAccepted(ancestor))))
  })
})

describe('[R-9.2-6] two paths overlap', () => {
  test.each([
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a/b', '/a/b/c/d', true],
    ['/notes', '/notes-archive', false],
    ['/notes', '/notes-archive/x', false],
    ['/a', '/A', false],
    ['/a/b', '/a/c', false],
    ['/a/b', '/b', false],
    ['/a.md', '/a', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(overlaps(a as Path, b as Path)).toBe(expected)
  })

  test('whichever comes first, and with itself', () => {
    fc.assert(
      fc.property(neighbours, ([a, b]) => {
        expect(overlaps(a, b)).toBe(overlaps(b, a))
        expect(overlaps(a, a)).toBe(true)
      }),
    )
  })

  test('exactly when they are equal or one is an ancestor of the other', () => {
    fc.assert(
      fc.property(neighbours, ([a, b]) => {
        const related = a === b || ancestors(a).includes(b) || ancestors(b).includes(a)
        expect(overlaps(a, b)).toBe(related)
      }),
    )
  })
})
