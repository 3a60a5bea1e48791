import { describe, expect, test } from 'vitest'
import { makeEventId } from '../src/domain/ids.ts'
import type { Lease } from '../src/domain/session/runner-port.ts'
import { sessionsContract } from './sessions.contract.ts'
import { followed } from './sessions/streams.contract.ts'
import { createDatabase, missingPostgres } from './support/postgres.ts'
import {
  answer,
  claim,
  makeSession,
  message,
  openStage,
  pause,
  say,
  typesOf,
} from './support/stage.ts'

const missing = missingPostgres()

if (missing === undefined) {
  sessionsContract('PostgreSQL', async () => {
    const database = await createDatabase()
    const stage = await openStage({ flags: { database: database.url } })
    return {
      ...stage,
      async [Symbol.asyncDispose]() {
        await stage[Symbol.asyncDispose]()
        await database[Symbol.asyncDispose]()
      },
    }
  })

  describe('several servers over one database', () => {
    test('[R-S3-3] share sessions: any runs them, any streams them, words included', async () => {
      await using database = await createDatabase()
      const place = { flags: { database: database.url } }
      await using one = await openStage(place)
      await using two = await openStage(place)
      const { session } = await makeSession(one.api)
      const sessionId = session.id
      const stream = await followed(two.api, sessionId, { deltas: ['agent.message'] })
      await one.api.sendEvents({ sessionId, events: [say('hello')] })
      const lease = await two.runner.claim(AbortSignal.timeout(30_000))
      if (lease === undefined) throw new Error('nothing to run')
      expect(await one.runner.claim(AbortSignal.timeout(300))).toBe(undefined)
      await answer(lease, [message('hi')], 'end_turn')
      await stream.until('session.status_idle')
      expect(stream.typesSeen()).toEqual(await typesOf(one.api, sessionId))
      await one.api.sendEvents({ sessionId, events: [say('again')] })
      const other = await claim(one, sessionId)
      const id = makeEventId(Date.now())
      other.publish({ type: 'event_start', event: { type: 'agent.message', id } })
      other.publish({ type: 'event_delta', eventId: id, index: 0, text: 'h' })
      await stream.until('event_delta')
      await two.api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }] })
      await expect.poll(() => other.interrupted.aborted).toBe(true)
      await other.append({ end: 'interrupted' })
      await stream.end()
    })

    test('[R-S3-1] never run one session twice, however many claim it', async () => {
      await using database = await createDatabase()
      const place = { flags: { database: database.url } }
      await using one = await openStage(place)
      await using two = await openStage(place)
      const made = await Promise.all(Array.from({ length: 8 }, () => makeSession(one.api)))
      const enough = new AbortController()
      const leases: Lease[] = []
      const claims = Array.from({ length: 12 }, async (_, index) => {
        const lease = await (index % 2 === 0 ? one : two).runner.claim(enough.signal)
        if (lease !== undefined) leases.push(lease)
      })
      await Promise.all(
        made.map(({ session }) =>
          two.api.sendEvents({ sessionId: session.id, events: [say('hello')] }),
        ),
      )
      await expect.poll(() => leases.length).toBeGreaterThanOrEqual(made.length)
      // Four still ask, and would find one that may be run twice.
      await pause(500)
      enough.abort()
      await Promise.all(claims)
      const ids = leases.map(({ session }) => session.id)
      expect(ids.toSorted()).toEqual(made.map(({ session }) => session.id).toSorted())
      await Promise.all(leases.map((lease) => answer(lease, [message('hi')], 'end_turn')))
    })
  })
} else {
  describe('sessions over PostgreSQL', () => {
    test.skipIf(process.env['CI'] !== 'true')(`needs a server: ${missing}`, () => {
      throw new Error(`no PostgreSQL to test on: ${missing}`)
    })
  })
}
