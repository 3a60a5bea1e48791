import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RequestId, VersionId } from '../ids.ts'
import type { Origin } from './blame.ts'
import { BlameWalk } from './blame-walk.ts'

function originAt(seq: number): Origin {
  return {
    versionId: `memver_${seq}` as VersionId,
    seq,
    createdAt: seq,
    createdBy: 'apikey_x',
    door: 'http',
    requestId: 'req_x' as RequestId,
  }
}

/** Texts oldest first; undefined is a redacted one. */
function blame(texts: readonly (string | undefined)[], isWhole = true) {
  const seqs = [...texts.keys()].reverse()
  const [newest = 0, ...older] = seqs
  const walk = new BlameWalk({ origin: originAt(newest), text: texts[newest] ?? '' })
  for (const seq of older) walk.goBack({ origin: originAt(seq), text: texts[seq] })
  return walk.finish(isWhole)
}

const edit = fc.record({ at: fc.nat(20), removed: fc.nat(3), added: fc.nat(3) })

test('lines that were never written twice come from the version that wrote them', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 30 }), (edits) => {
      let lines: string[] = []
      const texts = edits.map(({ at, removed, added }, seq) => {
        const place = Math.min(at, lines.length)
        const fresh = Array.from({ length: added }, (_none, index) => `${seq} ${index}`)
        lines = lines.toSpliced(place, removed, ...fresh)
        return lines.map((line) => `${line}\n`).join('')
      })
      const told = blame(texts).flatMap((range) =>
        range.lines.map((line) => [line, range.origin.seq] as const),
      )
      expect(told.map(([line]) => line)).toEqual(lines)
      for (const [line, seq] of told) expect(line.split(' ')[0]).toBe(String(seq))
    }),
  )
})

test('ranges cover all lines in order, and their origin has them', () => {
  const text = fc
    .array(fc.constantFrom('a\n', 'b\n', 'c\n'), { maxLength: 12 })
    .map((lines) => lines.join(''))
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (texts) => {
      const ranges = blame(texts)
      let next = 1
      for (const { startLine, lines, origin } of ranges) {
        expect(startLine).toBe(next)
        next += lines.length
        for (const line of lines) expect(texts[origin.seq]).toContain(`${line}\n`)
      }
      expect(ranges.flatMap(({ lines }) => lines)).toEqual(texts.at(-1)?.split('\n').slice(0, -1))
    }),
  )
})

test('a redacted version between two is said where it may be the origin, and only there', () => {
  expect(blame(['one\n', undefined, 'one\ntwo\n', 'one\ntwo\nthree\n'])).toMatchObject([
    { lines: ['one'], origin: { seq: 0 }, isRedacted: false },
    { lines: ['two'], origin: { seq: 2 }, isRedacted: true },
    { lines: ['three'], origin: { seq: 3 }, isRedacted: false },
  ])
  expect(blame([undefined, 'one\n'])).toMatchObject([{ origin: { seq: 1 }, isRedacted: true }])
})

test('what may be older than what is kept is said', () => {
  expect(blame(['one\n', 'one\ntwo\n'], false)).toMatchObject([
    { lines: ['one'], origin: { seq: 0 }, isBoundary: true },
    { lines: ['two'], origin: { seq: 1 }, isBoundary: false },
  ])
})
