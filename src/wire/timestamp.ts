import { invalid } from '../domain/errors.ts'

const dayMs = 86_400_000
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
let knownDay = Number.NaN
let knownDate = ''

/**
 * RFC 3339 in UTC with exactly three fractional digits, the precision in which times are kept.
 * Every answer has several of them, most of one day, and `toISOString` is what they would cost
 * most.
 */
export function encodeTime(milliseconds: number): string {
  const day = Math.floor(milliseconds / dayMs)
  if (day !== knownDay) {
    knownDate = new Date(day * dayMs).toISOString().slice(0, -'00:00:00.000Z'.length)
    knownDay = day
  }
  const ofDay = milliseconds - day * dayMs
  const seconds = Math.floor(ofDay / 1_000)
  const minutes = Math.floor(seconds / 60)
  const hour = twoDigits[Math.floor(minutes / 60)]
  const fraction = String(ofDay - seconds * 1_000 + 1_000).slice(1)
  return `${knownDate}${hour}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}.${fraction}Z`
}

/** With six fractional digits, for what is ordered by microseconds. */
export function encodeMicroseconds(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1_000)
  const rest = String(microseconds - milliseconds * 1_000).padStart(3, '0')
  return `${encodeTime(milliseconds).slice(0, -1)}${rest}Z`
}

/** Microseconds since 1970 of a timestamp with up to six fractional digits. */
export function decodeMicroseconds(text: string): number {
  const digits = /\.(\d+)/.exec(text)?.[1] ?? ''
  const seconds = Math.floor(Date.parse(text) / 1_000)
  return seconds * 1_000_000 + Number(digits.slice(0, 6).padEnd(6, '0'))
}

export function decodeMicrosecondsOrUndefined(text: string | null | undefined): number | undefined {
  return text === null || text === undefined || text === '' ? undefined : decodeMicroseconds(text)
}

/** Milliseconds since 1970 of a timestamp that a server sent. */
export function decodeTime(text: string): number {
  return Date.parse(text)
}

export function encodeTimeOrNull(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : encodeTime(milliseconds)
}

export function decodeTimeOrUndefined(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : decodeTime(text)
}

/**
 * Which way a time with more digits than milliseconds is rounded, so that the filter stays exact.
 */
export type Rounding = 'up' | 'down'

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,30}))?(?:([Zz])|([+\- ])(\d{2}):(\d{2}))?$/

/**
 * A time filter (contract §4.4): RFC 3339, without an offset UTC, a space for a "+" that the client
 * did not encode.
 * @returns milliseconds since 1970
 * @throws DomainError `invalid`
 */
export function parseTime(text: string, field: string, rounding: Rounding): number {
  const { seconds, digits } = readTime(text, field)
  return seconds * 1_000 + fraction(digits, 3, rounding)
}

/**
 * The same, for what is ordered by microseconds.
 * @returns microseconds since 1970
 * @throws DomainError `invalid`
 */
export function parseMicroseconds(text: string, field: string, rounding: Rounding): number {
  const { seconds, digits } = readTime(text, field)
  return seconds * 1_000_000 + fraction(digits, 6, rounding)
}

/** Whole seconds since 1970, and the digits behind the point. */
function readTime(text: string, field: string) {
  const match = pattern.exec(text)
  if (match === null) throw badTime(field)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number)
  const offsetHours = Number(match[10] ?? 0)
  const offsetMinutes = Number(match[11] ?? 0)
  const isCalendar = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
  const isClock = hour <= 23 && minute <= 59 && second <= 60
  if (!isCalendar || !isClock || offsetHours > 23 || offsetMinutes > 59) throw badTime(field)
  const sign = match[9] === '-' ? -1 : 1
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute - sign * (offsetHours * 60 + offsetMinutes), second)
  return { seconds: date.getTime() / 1_000, digits: match[7] ?? '' }
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (month === 2) return isLeap ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** The first digits after the point as a whole number. */
function fraction(digits: string, places: number, rounding: Rounding): number {
  const found = Number(digits.slice(0, places).padEnd(places, '0'))
  const isExact = /^0*$/.test(digits.slice(places))
  return rounding === 'up' && !isExact ? found + 1 : found
}

function badTime(field: string) {
  return invalid(field, 'must be an RFC 3339 time, like 2026-11-20T08:00:00.000Z')
}
