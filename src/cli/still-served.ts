import { setTimeout } from 'node:timers/promises'
import { connect } from '../client/connect.ts'

/** A server on this machine answers in milliseconds; another start should not wait long for it. */
const answerMsMax = 2_000

/** Whether a server answers there in time and knows the key. */
export async function isStillServed(
  baseUrl: string,
  apiKey: string,
  waitMs = answerMsMax,
): Promise<boolean> {
  const api = connect({ baseUrl, headers: { 'x-api-key': apiKey } }, { attemptsMax: 1 })
  const tooLate = new AbortController()
  try {
    return await Promise.race([
      api.whoAmI().then(
        () => true,
        () => false,
      ),
      setTimeout(waitMs, false, { signal: tooLate.signal }),
    ])
  } finally {
    tooLate.abort()
    api[Symbol.dispose]()
  }
}
