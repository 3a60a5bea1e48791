import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffLines, splitLines } from './lines.ts'

describe('what an edit did', () => {
  const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n'), { maxLength: 30 })

  test('applied to the old lines it gives the new ones', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const made: string[] = []
        let position = 0
        for (const { from, to, lines } of diffLines(before, after)) {
          expect(from).toBeGreaterThanOrEqual(position)
          made.push(...before.slice(position, from), ...lines)
          position = to
        }
        expect([...made, ...before.slice(position)]).toEqual(after)
      }),
      { numRuns: 2_000 },
    )
  })

  test('it names no more lines than it must', () => {
    const before = splitLines('one\ntwo\nthree\nfour\n')
    const after = splitLines('one\n2\nthree\nfour\nfive\n')
    expect(diffLines(before, after)).toEqual([
      { from: 1, to: 2, lines: ['2\n'] },
      { from: 4, to: 4, lines: ['five\n'] },
    ])
  })

  test('very different long texts count as one change', () => {
    const long = (word: string) =>
      Array.from({ length: 3_000 }, (_none, index) => `${word}${index}\n`)
    expect(diffLines(long('a'), long('b'))).toHaveLength(1)
  })

  test('too many edits are told apart by the lines that stand once in both', () => {
    const lines = Array.from({ length: 20_000 }, (_none, index) => `line ${index}\n`)
    const edited = lines.map((line, index) => (index % 10 === 0 ? `new ${index}\n` : line))
    const hunks = diffLines(lines, edited)
    expect(hunks).toHaveLength(2_000)
    expect(hunks.every(({ from, to }) => to - from === 1)).toBe(true)
  })

  test('texts of 100,000 lines of few kinds are compared in bounded time', () => {
    let seed = 7
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) % 3
    const noise = () => Array.from({ length: 51_200 }, () => `${random()}\n`)
    const [before, after] = [noise(), noise()]
    const hunks = diffLines(before, after)
    const made: string[] = []
    let position = 0
    for (const { from, to, lines } of hunks) {
      made.push(...before.slice(position, from), ...lines)
      position = to
    }
    expect([...made, ...before.slice(position)].join('')).toBe(after.join(''))
  })
})
