import { describe, expect, test } from 'vitest'
import { holdLease, leaseMs } from '../../src/usecases/runs/lease.ts'
import { collect, outcome, refusal } from '../support/world.ts'
import type { Stage } from '../support/stage.ts'
import {
  answer,
  call,
  callsOf,
  claim,
  customCall,
  logOf,
  makeSession,
  message,
  pause,
  say,
  typesOf,
} from '../support/stage.ts'

const wake = ['session.status_running', 'session.thread_status_running']
const request = (...said: string[]) => [
  'span.model_request_start',
  ...said,
  'span.model_request_end',
]
const rest = ['session.thread_status_idle', 'session.usage', 'session.status_idle']

export function eventsContract(given: { readonly stage: Stage }): void {
  const begin = async (text = 'hello') => {
    const { api } = given.stage
    const { session } = await makeSession(api)
    await api.sendEvents({ sessionId: session.id, events: [say(text)] })
    return { api, sessionId: session.id, lease: await claim(given.stage) }
  }
  const custom = (customToolUseId: string, text = 'done') => ({
    type: 'user.custom_tool_result',
    customToolUseId,
    content: [{ type: 'text', text }],
  })

  describe('the log', () => {
    test('[R-S1.5-1] tells a turn in the order of the contract, with places of its own', async () => {
      const { api, sessionId, lease } = await begin()
      expect((await api.getSession({ sessionId })).status).toBe('running')
      const appended = await answer(lease, [message('hi')], 'end_turn')
      expect(appended).toMatchObject({ status: 'idle', stopReason: { type: 'end_turn' } })
      const told = [...wake, 'user.message', ...request('agent.message'), ...rest]
      expect(await typesOf(api, sessionId)).toEqual(told)
      const places = (await logOf(api, sessionId)).map(({ processedAt }) => processedAt ?? 0)
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
      expect(places[0]).toBeGreaterThan(1e15)
      const session = await api.getSession({ sessionId })
      expect(session.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 })
      expect(session.status).toBe('idle')
    })

    test('[R-S1.5-2] answers a send with the events in their order, messages without a place', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const events = [say('one'), { type: 'user.interrupt' }, say('two')]
      const sent = await api.sendEvents({ sessionId: session.id, events })
      expect(sent.map(({ event }) => event.type)).toEqual(events.map(({ type }) => type))
      expect(sent.every(({ processedAt }) => processedAt === undefined)).toBe(true)
    })

    test('[R-S1.5-3] keeps a message that comes meanwhile for the next request of the turn', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [message('working')])
      await api.sendEvents({ sessionId, events: [say('and this')] })
      const tail = (await logOf(api, sessionId)).at(-1)
      expect(tail).toMatchObject({ event: { type: 'user.message' } })
      expect(tail?.processedAt).toBe(undefined)
      expect(await lease.append({ end: 'end_turn' })).toMatchObject({ status: 'running' })
      await answer(lease, [message('both')], 'end_turn')
      expect(await typesOf(api, sessionId)).toEqual([
        ...wake,
        'user.message',
        ...request('agent.message'),
        'user.message',
        ...request('agent.message'),
        ...rest,
      ])
    })

    test('[R-S1.5-4] waits for custom tools, says what is missing, and goes on by itself', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [customCall('a'), customCall('b')], 'requires_action')
      const [a = '', b = ''] = await callsOf(api, sessionId)
      expect((await logOf(api, sessionId)).at(-1)?.event).toMatchObject({
        type: 'session.status_idle',
        stopReason: { type: 'requires_action', eventIds: [a, b] },
      })
      const problem = await refusal(api.sendEvents({ sessionId, events: [say('x')] }))
      expect(problem.message).toBe(
        `Invalid user.message event at events[0]: waiting on responses to events [${a} ${b}]; only \`user.tool_confirmation\`, \`user.custom_tool_result\`, \`user.tool_result\`, or \`user.interrupt\` may be sent (a \`system.message\` may trail a tool result)`,
      )
      const [sent] = await api.sendEvents({ sessionId, events: [custom(a)] })
      expect(sent?.processedAt).toBeTypeOf('number')
      expect((await logOf(api, sessionId)).at(-1)?.event).toMatchObject({
        stopReason: { type: 'requires_action', eventIds: [b] },
      })
      await api.sendEvents({ sessionId, events: [custom(b), say('and more')] })
      const types = await typesOf(api, sessionId)
      const after = ['user.custom_tool_result', ...wake, 'user.message']
      expect(types.slice(-4)).toEqual(after)
      await answer(await claim(given.stage), [message('ok')], 'end_turn')
    })

    test('[R-S1.5-5] takes the same result again without an event, and refuses another', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [customCall('a')], 'requires_action')
      const [a = ''] = await callsOf(api, sessionId)
      const [first] = await api.sendEvents({ sessionId, events: [custom(a)] })
      const before = await typesOf(api, sessionId)
      const [again] = await api.sendEvents({ sessionId, events: [custom(a)] })
      expect(again).toEqual(first)
      expect(await typesOf(api, sessionId)).toEqual(before)
      expect(await outcome(api.sendEvents({ sessionId, events: [custom(a, 'other')] }))).toBe(
        'invalid',
      )
      expect(await outcome(api.sendEvents({ sessionId, events: [custom('sevt_no')] }))).toBe(
        'invalid',
      )
      await answer(await claim(given.stage), [message('ok')], 'end_turn')
    })

    test('[R-S1.5-6] asks before a tool that is to be asked about, and tells of a denial', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [call('bash', 'ask'), call('read', 'ask')], 'requires_action')
      const [a = '', b = ''] = await callsOf(api, sessionId)
      const confirm = (toolUseId: string, result: string) => ({
        type: 'user.tool_confirmation',
        toolUseId,
        result,
      })
      await api.sendEvents({ sessionId, events: [confirm(a, 'allow')] })
      expect(await outcome(api.sendEvents({ sessionId, events: [confirm(a, 'deny')] }))).toBe(
        'invalid',
      )
      await api.sendEvents({ sessionId, events: [confirm(b, 'deny')] })
      expect((await typesOf(api, sessionId)).slice(-3)).toEqual(['user.tool_confirmation', ...wake])
      const next = await claim(given.stage)
      expect(next.session.calls).toMatchObject([
        { id: a, confirmed: 'allow' },
        { id: b, confirmed: 'deny' },
      ])
      await next.append({ end: 'interrupted' })
    })

    test('[R-S1.5-7] an interrupt ends a wait at once, answering what is open', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [customCall('a'), call('bash', 'ask')], 'requires_action')
      const events = [{ type: 'user.interrupt' }, say('instead')]
      await api.sendEvents({ sessionId, events })
      const types = await typesOf(api, sessionId)
      expect(types.slice(-9)).toEqual([
        'agent.tool_result',
        'agent.tool_result',
        'user.interrupt',
        ...rest,
        ...wake,
        'user.message',
      ])
      await answer(await claim(given.stage), [message('ok')], 'end_turn')
    })

    test('[R-S1.5-8] an interrupt reaches whoever runs the session, and ends the turn', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [call('bash')])
      const interrupted = new Promise((resolve) => {
        lease.interrupted.addEventListener('abort', resolve, { once: true })
      })
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }, say('instead')] })
      await interrupted
      const ended = await lease.append({ end: 'interrupted' })
      expect(ended.status).toBe('running')
      expect((await typesOf(api, sessionId)).slice(-8)).toEqual([
        'agent.tool_result',
        'user.interrupt',
        ...rest,
        ...wake,
        'user.message',
      ])
      expect(lease.interrupted.aborted).toBe(false)
      await answer(lease, [message('ok')], 'end_turn')
    })

    test('[R-S1.5-9] an interrupt of a session that rests changes nothing', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [message('hi')], 'end_turn')
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }] })
      expect((await typesOf(api, sessionId)).at(-1)).toBe('user.interrupt')
      expect((await api.getSession({ sessionId })).status).toBe('idle')
    })

    test('[R-S1.5-10] takes all events of a send, or none', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      const bad = [say('fine'), custom('sevt_none')]
      expect(await outcome(api.sendEvents({ sessionId, events: bad }))).toBe('invalid')
      expect(await typesOf(api, sessionId)).toEqual([])
      expect((await api.getSession({ sessionId })).status).toBe('idle')
    })

    test.each<[string, unknown]>([
      ['events', []],
      ['events[0].type', [{ type: 'user.wish' }]],
      ['events[0].content', [{ type: 'user.message', content: [] }]],
      ['events[0].content[0].type', [{ type: 'user.message', content: [{ type: 'image' }] }]],
      ['events[0].result', [{ type: 'user.tool_confirmation', toolUseId: 'x', result: 'maybe' }]],
      ['events[0].strange', [{ ...say('x'), strange: 1 }]],
    ])('[R-S1.5-11] is not given a bad %s', async (field, events) => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const problem = await refusal(api.sendEvents({ sessionId: session.id, events }))
      expect(problem).toMatchObject({ code: 'invalid', field })
    })

    test('[R-S1.5-12] is listed both ways, by type and time, page by page', async () => {
      const { api, sessionId, lease } = await begin()
      await answer(lease, [message('hi')], 'end_turn')
      const log = await logOf(api, sessionId)
      const list = (filter: object) =>
        collect((page) => api.listEvents({ sessionId, ...filter, limit: 2, page }))
      expect(await list({})).toEqual(log)
      expect(await list({ order: 'desc' })).toEqual(log.toReversed())
      const types = ['agent.message', 'user.message']
      expect((await list({ types })).map(({ event }) => event.type)).toEqual(types.toReversed())
      const middle = log[3]?.processedAt
      expect(await list({ after: middle })).toEqual(log.slice(4))
      expect(await list({ before: middle })).toEqual(log.slice(0, 3))
    })

    test('[R-S1.5-13] a run that fails says why it rests', async () => {
      const { api, sessionId, lease } = await begin()
      expect(await lease.append({ end: 'rescheduled' })).toMatchObject({ status: 'rescheduling' })
      expect((await api.getSession({ sessionId })).status).toBe('rescheduling')
      await lease.append({ end: 'retries_exhausted' })
      const idle = (await logOf(api, sessionId)).at(-1)?.event
      expect(idle).toMatchObject({ stopReason: { type: 'retries_exhausted' } })
      expect((await typesOf(api, sessionId)).slice(2, 6)).toEqual([
        'session.status_rescheduled',
        ...wake,
        'user.message',
      ])
    })
  })

  describe('a lease', () => {
    test('[R-S3-1] is held by one; the log takes nothing from another', async () => {
      const { lease, sessionId } = await begin()
      const free = await given.stage.app.storage.view.sessions.claimable(Date.now(), 1_000)
      expect(free.map(({ id }) => id)).not.toContain(sessionId)
      await lease.release()
      const second = await claim(given.stage, sessionId)
      expect(second.session.id).toBe(sessionId)
      expect(await outcome(lease.append({ end: 'end_turn' }))).toBe('conflict')
      expect(lease.lost.aborted).toBe(true)
      await answer(second, [message('mine')], 'end_turn')
      expect(await outcome(second.append({ events: [] }))).toBe('conflict')
    })

    test('[R-S1.5-8] learns late of an interrupt, and does not end the turn behind it', async () => {
      const { app } = given.stage
      const { api, sessionId, lease: first } = await begin()
      await first.release()
      const { workspaceId, id } = first.session
      let looks = 0
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const session = async () => {
        const seen = await app.storage.view.sessions.session(workspaceId, id)
        looks += 1
        await late
        return seen
      }
      const sessions = Object.assign(Object.create(app.storage.view.sessions), { session })
      const storage = Object.assign(Object.create(app.storage) as typeof app.storage, {
        view: Object.assign(Object.create(app.storage.view), { sessions }),
        commit: app.storage.commit.bind(app.storage),
        subscribe: app.storage.subscribe.bind(app.storage),
      })
      const claiming = { type: 'claim_session', workspaceId, sessionId: id, lease: 'slow' } as const
      const claimed = await app.storage.commit({ ...claiming, leaseMs })
      const lease = holdLease({ ...app, storage }, claimed, 'slow')
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }, say('instead')] })
      await expect.poll(() => looks).toBeGreaterThan(0)
      expect((await lease.append({ end: 'interrupted' })).status).toBe('running')
      resolve()
      await pause(50)
      expect(lease.interrupted.aborted).toBe(false)
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }] })
      await expect.poll(() => lease.interrupted.aborted).toBe(true)
      await lease.append({ end: 'interrupted' })
    })

    test('[R-S3-2] of a server that died is taken over, and an interrupt is not forgotten', async () => {
      const { api, sessionId, lease } = await begin()
      const { workspaceId } = lease.session
      const { storage } = given.stage.app
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }] })
      await lease.release()
      const dead = { type: 'claim_session', workspaceId, sessionId: lease.session.id } as const
      await storage.commit({ ...dead, lease: 'of the dead', leaseMs: 200 })
      const next = await claim(given.stage, sessionId)
      expect(next.interrupted.aborted).toBe(true)
      await next.append({ end: 'interrupted' })
    })
  })
}
