import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayMs, defaultRetention } from '../limits.ts'
import { isPurgeable, type Kept } from './retention.ts'

const now = 1_000 * dayMs
const ago = (days: number) => now - days * dayMs

/** A version of a live memory, superseded so many days ago. */
const live = (newer: number, supersededAt: number | undefined): Kept => ({
  newer,
  supersededAt,
  deletedAt: undefined,
})

describe('[R-8.6-1] of a live memory', () => {
  test.each([
    ['the head, however old', live(0, undefined), false],
    ['the tenth newest beside the head', live(10, ago(500)), false],
    ['the eleventh, superseded 30 days ago', live(11, ago(30)), true],
    ['the eleventh, a moment before that', live(11, ago(30) + 1), false],
    ['the eleventh, superseded today', live(11, now), false],
    ['an old one far behind', live(5_000, ago(500)), true],
  ])('%s goes: %s', (_which, version, expected) => {
    expect(isPurgeable(version, defaultRetention, now)).toBe(expected)
  })
})

describe('[R-8.6-1] of a deleted memory', () => {
  test.each([
    ['the deleted version itself, 30 days later', ago(30), undefined, 0, true],
    ['the deleted version itself, a moment before', ago(30) + 1, undefined, 0, false],
    ['the last content, superseded by the deletion', ago(30), ago(30), 1, true],
    ['the last content, a moment before', ago(30) + 1, ago(30) + 1, 1, false],
    ['an older one, superseded long before the deletion', ago(1), ago(31), 2, true],
    ['an older one, superseded within the period', ago(1), ago(29), 2, false],
  ])('%s goes: %s', (_which, deletedAt, supersededAt, newer, expected) => {
    expect(isPurgeable({ newer, supersededAt, deletedAt }, defaultRetention, now)).toBe(expected)
  })
})

test('[R-8.6-2] forever keeps everything', () => {
  const forever = { keepMs: undefined, recentVersions: 0 }
  expect(isPurgeable(live(5_000, 0), forever, now)).toBe(false)
  expect(isPurgeable({ newer: 9, supersededAt: 0, deletedAt: 0 }, forever, now)).toBe(false)
})

/** Times of a memory's versions from newest to oldest, and whether it was deleted. */
const history = fc.record({
  times: fc
    .array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 30 })
    .map((days) => days.toSorted((a, b) => b - a)),
  deleted: fc.boolean(),
  today: fc.integer({ min: 90, max: 150 }),
  keepDays: fc.integer({ min: 0, max: 60 }),
  recentVersions: fc.integer({ min: 0, max: 12 }),
})

test('[R-8.6-1] what is older than a version that may go may go too', () => {
  fc.assert(
    fc.property(history, ({ times, deleted, today, keepDays, recentVersions }) => {
      const purgeable = times.map((_time, newer) =>
        isPurgeable(
          { newer, supersededAt: times[newer - 1], deletedAt: deleted ? times[0] : undefined },
          { keepMs: keepDays, recentVersions },
          today,
        ),
      )
      const first = purgeable.indexOf(true)
      if (first !== -1) expect(purgeable.slice(first)).not.toContain(false)
      if (!deleted) expect(purgeable.slice(0, recentVersions + 1)).not.toContain(true)
    }),
  )
})

test('[R-8.6-1] what may go today may go tomorrow, when nothing was written', () => {
  fc.assert(
    fc.property(history, ({ times, today, keepDays, recentVersions }) => {
      const retention = { keepMs: keepDays, recentVersions }
      for (const newer of times.keys()) {
        const version = live(newer, times[newer - 1])
        if (!isPurgeable(version, retention, today)) continue
        expect(isPurgeable(version, retention, today + 1)).toBe(true)
      }
    }),
  )
})
