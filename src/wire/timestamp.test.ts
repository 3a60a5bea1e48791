import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { DomainError } from '../domain/errors.ts'
import { decodeTime, encodeTime, parseMicroseconds, parseTime } from './timestamp.ts'

test('[R-1-6] a time is written with exactly three fractional digits and Z', () => {
  expect(encodeTime(0)).toBe('1970-01-01T00:00:00.000Z')
  expect(encodeTime(Date.UTC(2026, 10, 20, 23, 59, 59, 7))).toBe('2026-11-20T23:59:59.007Z')
})

test('a written time is the one of the platform, also before 1970 and across days', () => {
  const milliseconds = integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })
  assert(
    property(milliseconds, (time) => {
      expect(encodeTime(time)).toBe(new Date(time).toISOString())
      expect(decodeTime(encodeTime(time))).toBe(time)
    }),
  )
})

test('[R-1-6] a time that was read is a bound that means itself', () => {
  const time = Date.UTC(2026, 10, 20, 8, 0, 0, 117)
  expect(parseTime(encodeTime(time), 'f', 'up')).toBe(time)
  expect(parseTime(encodeTime(time), 'f', 'down')).toBe(time)
})

const instant = Date.UTC(2019, 11, 27, 18, 11, 19, 117)

test.each([
  ['2019-12-27T18:11:19.117Z'],
  ['2019-12-27t18:11:19.117z'],
  ['2019-12-27T18:11:19.117'],
  ['2019-12-27T18:11:19.117000'],
  ['2019-12-27T18:11:19.117000+00:00'],
  ['2019-12-27T18:11:19.117000 00:00'],
  ['2019-12-27T20:11:19.117+02:00'],
  ['2019-12-27T20:11:19.117 02:00'],
  ['2019-12-27T12:41:19.117-05:30'],
  ['2019-12-28T00:11:19.117+06:00'],
])(
  '[R-4.4-1] %s is the same instant in any zone, without one, and with a blank for a plus',
  (text) => {
    expect(parseTime(text, 'f', 'up')).toBe(instant)
    expect(parseMicroseconds(text, 'f', 'up')).toBe(instant * 1_000)
  },
)

test('[R-4.4-1] digits below milliseconds round so that an inclusive bound stays exact', () => {
  const text = '2019-12-27T18:11:19.1170001Z'
  expect(parseTime(text, 'f', 'up')).toBe(instant + 1)
  expect(parseTime(text, 'f', 'down')).toBe(instant)
  expect(parseTime('2019-12-27T18:11:19.9999999Z', 'f', 'up')).toBe(instant + 883)
})

test('in microseconds, six digits are exact and further ones round', () => {
  const text = '2019-12-27T18:11:19.1170019Z'
  expect(parseMicroseconds(text, 'f', 'down')).toBe(instant * 1_000 + 1)
  expect(parseMicroseconds(text, 'f', 'up')).toBe(instant * 1_000 + 2)
  const leapSecond = parseMicroseconds('2016-12-31T23:59:60.5Z', 'f', 'up')
  expect(leapSecond).toBe(Date.UTC(2017, 0, 1) * 1_000 + 500_000)
})

test('leap days and leap seconds are times where the calendar has them', () => {
  expect(parseTime('2024-02-29T00:00:00Z', 'f', 'up')).toBe(Date.UTC(2024, 1, 29))
  expect(parseTime('2016-12-31T23:59:60Z', 'f', 'up')).toBe(Date.UTC(2017, 0, 1))
  expect(parseTime('0050-01-01T00:00:00Z', 'f', 'up')).toBe(-60_589_296_000_000)
})

test.each([
  ['2019-12-27'],
  ['2019-12-27T18:11Z'],
  ['2019-12-27 18:11:19Z'],
  ['2019-13-01T00:00:00Z'],
  ['2023-02-29T00:00:00Z'],
  ['2019-12-27T24:00:00Z'],
  ['2019-12-27T18:60:00Z'],
  ['2019-12-27T18:11:61Z'],
  ['2019-12-27T18:11:19.Z'],
  ['2019-12-27T18:11:19+24:00'],
  ['2019-12-27T18:11:19+0000'],
  ['1577470279'],
  ['yesterday'],
  ['2019-12-27T18:11:19Z '],
])('[R-4.4-1] %j is refused, with the name of the field', (text) => {
  expect(() => parseTime(text, 'created_at[gte]', 'up')).toThrow(DomainError)
  expect(() => parseTime(text, 'created_at[gte]', 'up')).toThrow(/^created_at\[gte\]: /)
  expect(() => parseMicroseconds(text, 'f', 'up')).toThrow(/^f: /)
})
