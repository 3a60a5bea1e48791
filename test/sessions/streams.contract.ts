import { describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { StreamItem } from '../../src/api/sessions.ts'
import { makeEventId } from '../../src/domain/ids.ts'
import { outcome } from '../support/world.ts'
import {
  answer,
  claim,
  logOf,
  makeSession,
  message,
  say,
  typesOf,
  type Stage,
} from '../support/stage.ts'

/** Follows a session: what comes is collected, and `until` waits for a type. */
export async function followed(api: Api, sessionId: string, options: object = {}) {
  const stop = new AbortController()
  const items = api.streamEvents({ sessionId, signal: stop.signal, ...options })
  const iterator = items[Symbol.asyncIterator]()
  expect((await iterator.next()).value).toEqual({ kind: 'open' })
  const seen: StreamItem[] = []
  return {
    seen,
    typesSeen: () => seen.map(typeOf),
    end: async () => {
      stop.abort()
      await iterator.return?.()
    },
    async until(type: string) {
      while (seen.length === 0 || typeOf(seen.at(-1)!) !== type) {
        const { value, done } = await iterator.next()
        if (done === true) return 'ended'
        seen.push(value)
      }
      return 'seen'
    },
  }
}

function typeOf(item: StreamItem): string {
  if (item.kind === 'entry') return item.entry.event.type
  return item.kind === 'delta' ? item.delta.type : item.kind
}

export function streamsContract(given: { readonly stage: Stage }): void {
  describe('a stream', () => {
    test('[R-S1.5-14] tells every event once, when it gets its place', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const stream = await followed(api, session.id)
      await api.sendEvents({ sessionId: session.id, events: [say('hello')] })
      await answer(await claim(given.stage), [message('hi')], 'end_turn')
      await stream.until('session.status_idle')
      expect(stream.typesSeen()).toEqual(await typesOf(api, session.id))
      await stream.end()
    })

    test('[R-S1.5-15] begins now, or behind an event', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      await api.sendEvents({ sessionId, events: [say('hello')] })
      await answer(await claim(given.stage), [message('hi')], 'end_turn')
      const log = await logOf(api, sessionId)
      const late = await followed(api, sessionId, { after: log[2]?.event.id })
      await late.until('session.status_idle')
      expect(late.typesSeen()).toEqual(log.slice(3).map(({ event }) => event.type))
      await late.end()
      const now = await followed(api, sessionId)
      await api.updateSession({ sessionId, title: 'x' })
      await now.until('session.updated')
      expect(now.seen).toHaveLength(1)
      await now.end()
    })

    test('[R-S1.5-16] tells the words of a message before it, to those who ask', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      const plain = await followed(api, sessionId)
      const eager = await followed(api, sessionId, { deltas: ['agent.message'] })
      await api.sendEvents({ sessionId, events: [say('hello')] })
      const lease = await claim(given.stage)
      const id = makeEventId(Date.now())
      lease.publish({ type: 'event_start', event: { type: 'agent.message', id } })
      lease.publish({ type: 'event_delta', eventId: id, index: 0, text: 'h' })
      lease.publish({ type: 'event_delta', eventId: id, index: 0, text: 'i' })
      const thinking = { type: 'agent.thinking', id: makeEventId(Date.now()) } as const
      lease.publish({ type: 'event_start', event: thinking })
      const event = { ...message('hi'), id }
      const consume = lease.session.waiting.map((input) => input.id)
      await lease.append({ consume, events: [{ event }], end: 'end_turn' })
      await eager.until('session.status_idle')
      await plain.until('session.status_idle')
      expect(eager.typesSeen().filter((type) => type.startsWith('event_'))).toEqual([
        'event_start',
        'event_delta',
        'event_delta',
      ])
      const types = eager.typesSeen()
      expect(types.lastIndexOf('event_delta')).toBeLessThan(types.indexOf('agent.message'))
      expect(plain.typesSeen().some((type) => type.startsWith('event_'))).toBe(false)
      const wrong = followed(api, sessionId, { deltas: ['user.message'] })
      expect(await outcome(wrong)).toBe('invalid')
      await Promise.all([plain.end(), eager.end()])
    })

    test('[R-S1.5-17] ends with its session', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const archived = await followed(api, session.id)
      await api.archiveSession({ sessionId: session.id })
      await archived.until('session.status_terminated')
      expect(await archived.until('more')).toBe('ended')
      const deleted = await followed(api, session.id)
      await api.deleteSession({ sessionId: session.id })
      await deleted.until('session.deleted')
      expect(await deleted.until('more')).toBe('ended')
      expect(await outcome(followed(api, session.id))).toBe('not_found')
    })

    test('[R-S1.5-18] is waited for by the first request of a turn, for a moment', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      await api.sendEvents({ sessionId: session.id, events: [say('hello')] })
      const lease = await claim(given.stage)
      const watched = lease.watched(600_000)
      const stream = await followed(api, session.id)
      await watched
      await answer(lease, [message('hi')], 'end_turn')
      await stream.end()
    })
  })

  describe('a thread', () => {
    test('[R-S1.1-1] is the session itself, under a name of its own', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const threadId = session.id.replace('sesn_', 'sthr_')
      const sessionId = session.id
      expect(await api.listThreads({ sessionId })).toMatchObject([{ id: sessionId }])
      expect(await api.getThread({ sessionId, threadId })).toMatchObject({ id: sessionId })
      expect(await outcome(api.getThread({ sessionId, threadId: 'sthr_x' }))).toBe('not_found')
      expect((await api.listThreadEvents({ sessionId, threadId })).items).toEqual([])
    })
  })
}
