import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matcherOf, matchingLines, parsePattern, requiredLiteral } from './grep.ts'

function lines(pattern: string, text: string, options = { isFixed: false, ignoresCase: false }) {
  return [...matchingLines(text, matcherOf(parsePattern(pattern, options)), 0)]
}

/** What each line says by itself. */
function byLine(pattern: RegExp, text: string): number[] {
  const all = text.split('\n')
  if (all.at(-1) === '') all.pop()
  return all.flatMap((line, index) => (pattern.test(line.replace(/\r$/, '')) ? [index + 1] : []))
}

describe('each line is matched by itself', () => {
  test.each([
    ['a[^z]*b', 'a\nb\nab'],
    ['a\\s*b', 'a\nb\na b\n'],
    ['^$', '\n\na\n'],
    ['^$', 'a'],
    ['x*', 'a\n\nb\n'],
    ['a(?![^z])', 'a\nb'],
    ['(?<!\\n)b', 'a\nb'],
    ['a$', 'a\r\nb\r\n'],
    ['\\n', 'a\nb'],
    ['[\\s\\S]{3}', 'ab\ncd\nefg'],
  ])('%s in %j', (pattern, text) => {
    const numbers = lines(pattern, text).map(({ number }) => number)
    expect(numbers).toEqual(byLine(new RegExp(pattern, 'mu'), text))
  })

  test('whatever the pattern and the text', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '.',
      '[^a]',
      '\\s',
      '\\W',
      'a*',
      'b+?',
      '(?:a|\\n)',
      '$',
      '^',
    )
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\r\n'), maxLength: 30 })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), text, (parts, written) => {
        const pattern = parts.join('')
        const numbers = lines(pattern, written).map(({ number }) => number)
        expect(numbers).toEqual(byLine(new RegExp(pattern, 'mu'), written))
      }),
      { numRuns: 1_000 },
    )
  })
})

test('a long line is cut around what was found', () => {
  const line = `${'😀'.repeat(1_000)}needle${'x'.repeat(1_000)}`
  const [found] = lines('needle', `first\n${line}`)
  expect(found).toMatchObject({ number: 2, isCut: true })
  expect(found?.text.isWellFormed()).toBe(true)
  expect(found?.text.length).toBeLessThanOrEqual(500)
  const [range] = found?.ranges ?? []
  expect(
    Array.from(found?.text ?? '')
      .slice(range?.start, range?.end)
      .join(''),
  ).toBe('needle')
  expect((found?.offset ?? 0) + (range?.start ?? 0)).toBe(1_000)
})

test('fixed text is no expression, in either case of letters', () => {
  expect(lines('a.b', 'a.b\naxb', { isFixed: true, ignoresCase: false })).toHaveLength(1)
  expect(lines('A.[b', 'a.[B', { isFixed: true, ignoresCase: true })).toHaveLength(1)
})

test.each([
  ['hello', 'hello'],
  ['\\w+ing\\b', 'ing'],
  ['colou?r', 'colo'],
  ['a|b', ''],
  ['(foo|bar)bazz', 'bazz'],
  ['ab{2}cde', 'cde'],
  ['\\d+\\.example\\.com', '.example.com'],
  ['[a-z]+x', 'x'],
  ['\\x41\\u0042', ''],
  ['\\p{L}a', 'a'],
  ['a\\b', 'a'],
])('what %s needs is %j', (pattern, literal) => {
  expect(requiredLiteral(pattern)).toBe(literal)
})

test('what a pattern needs is in whatever it matches', () => {
  const part = fc.constantFrom(
    'ab',
    'c',
    '\\.',
    '[xy]',
    'd?',
    'e{0,2}',
    '(f)',
    'g+',
    '\\x41',
    '(?:h|i)j',
    '\\cA',
    '\\0',
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const pattern = parts.join('')
      // A text that it matches: every part in its plainest form.
      const plain: Record<string, string> = {
        '\\.': '.',
        '[xy]': 'x',
        'd?': '',
        'e{0,2}': '',
        '(f)': 'f',
        'g+': 'g',
        '\\x41': 'A',
        '(?:h|i)j': 'hj',
        '\\cA': '\u0001',
        '\\0': '\0',
      }
      const text = parts.map((one) => plain[one] ?? one).join('')
      expect(new RegExp(pattern, 'u').test(text)).toBe(true)
      expect(text).toContain(requiredLiteral(pattern))
    }),
  )
})
