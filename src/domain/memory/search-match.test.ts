import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchSearch } from './search-match.ts'
import { parseSearchQuery } from './search-query.ts'
import { keysOf, mayHave, signatureOf } from './signature.ts'
import { fold, wordsOf } from './words.ts'

const isFound = (query: string, text: string) =>
  matchSearch(parseSearchQuery(query), text) !== undefined

/** What is highlighted, cut out of the snippet by characters. */
function shown(query: string, text: string): string[] {
  const snippet = matchSearch(parseSearchQuery(query), text)
  const characters = Array.from(snippet?.text ?? '')
  return (snippet?.ranges ?? []).map(({ start, end }) => characters.slice(start, end).join(''))
}

describe('a word', () => {
  test.each([
    ['run', 'they run.', true],
    ['run', 'running', false],
    ['run', 'overrun', false],
    ['run*', 'running', true],
    ['run*', 'overrun', false],
    ['strasse', 'Straße', false],
    ['straße', 'STRAßE', true],
    ['uber', 'ÜBER', true],
    ['über', 'u\u0308ber', true],
    ['ё', 'е', true],
    ['λογος', 'ΛΌΓΟΣ', true],
    ['हिन्दी', 'यह हिन्दी है', true],
    ['한국', '한국에서', true],
    ['東京', '大東京都', true],
    ['2026', 'in 2026-11-20', true],
    ['𝐛old', '𝐁old', true],
    ['a', '', false],
  ])('%j in %j: %s', (query, text, expected) => {
    expect(isFound(query, text)).toBe(expected)
  })

  test('of a phrase stands behind the one before it, whatever separates them', () => {
    expect(isFound('"a b"', 'a, -- b')).toBe(true)
    expect(isFound('"a b"', 'a c b')).toBe(false)
    expect(isFound('"a b"', 'a bc')).toBe(false)
    expect(isFound('a-b*', 'a bc')).toBe(true)
  })
})

describe('a snippet', () => {
  test.each([
    [
      'unaffordable alpha beta gamma delta epsilon zeta word',
      'alpha beta gamma delta epsilon zeta word',
    ],
    [
      'an example: alpha beta gamma delta, epsilon zet word',
      'alpha beta gamma delta, epsilon zet word',
    ],
    [`${'/'.repeat(60)}word`, `${'/'.repeat(40)}word`],
    ['short word', 'short word'],
  ])('begins with a whole word: %s', (text, piece) => {
    expect(matchSearch(parseSearchQuery('word'), text)?.text).toBe(piece)
  })

  test('highlights what was found, as it is written', () => {
    expect(shown('cafe "naive resume"', 'Ein CAFÉ: naïve, résumé')).toEqual([
      'CAFÉ',
      'naïve, résumé',
    ])
    expect(shown('😀 word*', '😀😀 wordy ﬁn')).toEqual(['wordy'])
    expect(shown('fin', '😀 ﬁn')).toEqual(['ﬁn'])
  })

  test('is a piece of a long text that shows most of the words', () => {
    const filler = 'lorem ipsum '.repeat(200)
    const text = `red ${filler}\nred and blue ${filler}`
    const snippet = matchSearch(parseSearchQuery('red blue'), text)
    expect(snippet?.text.length).toBeLessThanOrEqual(240)
    expect(snippet?.line).toBe(2)
    expect(snippet?.ranges).toHaveLength(2)
  })

  test('never cuts a character or a range', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const snippet = matchSearch(parseSearchQuery('word'), `${text} word ${text}`)
        expect(snippet?.text.isWellFormed()).toBe(true)
        const characters = Array.from(snippet?.text ?? '')
        for (const { start, end } of snippet?.ranges ?? []) {
          expect(characters.slice(start, end).join('')).toBe('word')
        }
      }),
    )
  })
})

describe('a signature', () => {
  const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 40 })

  test('never misses what a look at the text finds', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(9), (pieces, pick, cut) => {
        const written = pieces.join(' ')
        const words = wordsOf(written)
        const word = words[pick % Math.max(1, words.length)]
        if (word === undefined) return
        for (const query of [word, `${word.slice(0, cut + 1)}*`]) {
          // A prefix may be cut inside a character, or fold to another one.
          if (!query.isWellFormed() || wordsOf(query).length === 0) continue
          const parsed = parseSearchQuery(query)
          if (matchSearch(parsed, written) === undefined) continue
          expect(mayHave(signatureOf(written), keysOf(parsed))).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('rules out most of what is not there', () => {
    const signature = signatureOf(Array.from({ length: 2_000 }, (_, i) => `word${i}`).join(' '))
    const passed = Array.from({ length: 2_000 }, (_, index) => `other${index}`).filter((word) =>
      mayHave(signature, keysOf(parseSearchQuery(word))),
    )
    expect(passed.length).toBeLessThan(60)
  })
})

test('folding keeps the way back to every place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const { text: folded, origins } = fold(text)
      if (origins === undefined) return
      expect(origins).toHaveLength(folded.length + 1)
      expect(origins[folded.length]).toBe(text.length)
      for (let at = 1; at < origins.length; at += 1) {
        expect(origins[at]).toBeGreaterThanOrEqual(origins[at - 1] ?? 0)
      }
    }),
  )
})
