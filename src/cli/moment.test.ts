import { expect, test } from 'vitest'
import { parseMoment } from './moment.ts'

const now = Date.UTC(2026, 10, 20, 8)

test.each([
  ['-2h', now - 7_200_000],
  ['-45s', now - 45_000],
  ['-3d', now - 3 * 86_400_000],
  ['-1w', now - 7 * 86_400_000],
  ['now', now],
  ['yesterday', now - 86_400_000],
  ['2026-11-20T08:00:00Z', now],
  ['2026-11-20T09:00+01:00', now],
  ['2026-11-20 08:00:00.250Z', now + 250],
])('%s is a time', (text, at) => {
  expect(parseMoment(text, '--at', now)).toEqual({ at })
})

test('a time without an offset is by the clock of this machine', () => {
  expect(parseMoment('2026-11-20T08:00', '--at')).toEqual({
    at: new Date(2026, 10, 20, 8).getTime(),
  })
  expect(parseMoment('2026-11-20', '--at')).toEqual({ at: new Date(2026, 10, 20).getTime() })
})

test('digits alone are a sequence', () => {
  expect(parseMoment('42', '--at')).toEqual({ atSeq: 42 })
  expect(parseMoment('0', '--at')).toEqual({ atSeq: 0 })
})

test.each([
  '',
  '-2',
  '2h',
  '-h',
  'tomorrow',
  '2026-02-30',
  '2026-13-01',
  '2026-11-20T25:00Z',
  '-1y',
])('"%s" is refused with a sentence that says what is taken', (text) => {
  expect(() => parseMoment(text, '--at', now)).toThrow(/^--at must be a time/)
})
