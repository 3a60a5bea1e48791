import { describe, expect, test } from 'vitest'
import { isRetryable, retryDelayMs } from './retry.ts'

describe('whether', () => {
  test.each([
    [408, {}, true],
    [409, {}, true],
    [429, {}, true],
    [500, {}, true],
    [529, {}, true],
    [400, {}, false],
    [404, {}, false],
    [409, { 'x-should-retry': 'false' }, false],
    [500, { 'x-should-retry': 'false' }, false],
    [404, { 'x-should-retry': 'true' }, true],
  ])('%d %j: %s', (status, headers, expected) => {
    expect(isRetryable(status, headers)).toBe(expected)
  })
})

describe('when', () => {
  test('each try waits twice as long, up to 8 s', () => {
    expect([1, 2, 3, 9].map((attempt) => retryDelayMs({}, attempt, 0))).toEqual([
      500, 1_000, 2_000, 8_000,
    ])
  })

  test('chance takes off a quarter at most', () => {
    expect(retryDelayMs({}, 1, 1)).toBe(375)
  })

  test.each([
    [{ 'retry-after-ms': '20', 'retry-after': '9' }, 20],
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '86400' }, 60_000],
    [{ 'retry-after': 'soon' }, 500],
  ])('the server asks with %j', (headers, expected) => {
    expect(retryDelayMs(headers, 1, 0)).toBe(expected)
  })

  test('a date is waited for, one in the past is not', () => {
    const date = (milliseconds: number) => new Date(Date.now() + milliseconds).toUTCString()
    expect(retryDelayMs({ 'retry-after': date(50_000) }, 1, 0)).toBeGreaterThan(8_000)
    expect(retryDelayMs({ 'retry-after': date(-50_000) }, 1, 0)).toBe(0)
  })
})
