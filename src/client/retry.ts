import type { IncomingHttpHeaders } from 'node:http'

/** The first try and two more, as the official clients do (contract §2.7). */
export const attemptsMax = 3

const delayMsMax = 8_000
/** A server may ask for more than our own longest pause, but not to be waited for all day. */
const askedMsMax = 60_000

/** Whether an answer is worth another try: the server's word first, then its status. */
export function isRetryable(status: number, headers: IncomingHttpHeaders): boolean {
  const word = headers['x-should-retry']
  if (word === 'true') return true
  if (word === 'false') return false
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/**
 * Milliseconds to wait after try number `attempt` (1 is the first).
 * @param random 0 to 1: spreads the retries of many clients
 */
export function retryDelayMs(
  headers: IncomingHttpHeaders,
  attempt: number,
  random: number = Math.random(),
): number {
  const asked = askedDelayMs(headers)
  if (asked !== undefined) return Math.min(asked, askedMsMax)
  const delay = Math.min(500 * 2 ** (attempt - 1), delayMsMax)
  return delay * (1 - random / 4)
}

function askedDelayMs(headers: IncomingHttpHeaders): number | undefined {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  const after = headers['retry-after']
  if (after === undefined) return undefined
  const seconds = Number(after)
  if (seconds >= 0) return seconds * 1_000
  const date = Date.parse(after)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
