import { describe, expect, test } from 'vitest'
import { sessionCaller } from '../../src/domain/session/session-caller.ts'
import { bind } from '../../src/usecases/bind.ts'
import { outcome, refusal } from '../support/world.ts'
import {
  answer,
  callsOf,
  claim,
  customCall,
  makeSession,
  message,
  say,
  type Stage,
} from '../support/stage.ts'

export function turnsContract(given: { readonly stage: Stage }): void {
  describe('a turn', () => {
    test('[R-S1.8-1] answers when the session rests, with what was said and remembered', async () => {
      const { api, app } = given.stage
      const store = await api.createStore({ name: 'Notes' })
      const { session } = await makeSession(api, { storeIds: [store.id] })
      const asked = api.createTurn({ sessionId: session.id, input: 'Remember this' })
      const lease = await claim(given.stage, session.id)
      const own = bind(app, sessionCaller(lease.session, Date.now()))
      const memory = await own.createMemory({ storeId: store.id, path: '/a.md', content: 'this' })
      await answer(lease, [message('one'), message('two')], 'end_turn')
      const report = await asked
      expect(report).toMatchObject({ status: 'completed', isMemoryPending: false })
      expect(report.turn.result?.output.map(({ content }) => content[0]?.text)).toEqual([
        'one',
        'two',
      ])
      expect(report.turn.result?.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 })
      expect(report.changed).toEqual([
        { storeId: store.id, path: '/a.md', operation: 'created', versionId: memory.versionId },
      ])
      const again = await api.getTurn({ sessionId: session.id, turnId: report.turn.id })
      expect(again).toMatchObject({ status: 'completed', changed: report.changed })
    })

    test('[R-S1.8-2] always ends in a text, also when the model said nothing', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const input = [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }]
      const asked = api.createTurn({ sessionId: session.id, input })
      await answer(await claim(given.stage, session.id), [], 'end_turn')
      expect((await asked).turn.result?.output.at(-1)?.content[0]).toEqual({
        type: 'text',
        text: '',
      })
    })

    test('[R-S1.8-3] goes on after its time, and can be asked for later', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      const late = await api.createTurn({ sessionId, input: 'hello', timeoutSeconds: 0 })
      expect(late).toMatchObject({ status: 'timed_out', turn: { result: undefined } })
      await answer(await claim(given.stage, session.id), [message('hi')], 'end_turn')
      const later = await api.getTurn({ sessionId, turnId: late.turn.id })
      expect(later.status).toBe('completed')
    })

    test('[R-S1.8-4] is not begun while the session runs or waits', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      await api.sendEvents({ sessionId, events: [say('hello')] })
      expect(await outcome(api.createTurn({ sessionId, input: 'x' }))).toBe('busy')
      await answer(await claim(given.stage, session.id), [customCall('a')], 'requires_action')
      expect(await outcome(api.createTurn({ sessionId, input: 'x' }))).toBe('busy')
    })

    test('[R-S1.8-5] that needs the client says so, and is completed by its answer', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      const asked = api.createTurn({ sessionId, input: 'hello' })
      await answer(await claim(given.stage, session.id), [customCall('a')], 'requires_action')
      const open = await asked
      expect(open.status).toBe('requires_action')
      const [customToolUseId] = await callsOf(api, sessionId)
      const result = { type: 'user.custom_tool_result', customToolUseId, content: [] }
      await api.sendEvents({ sessionId, events: [result] })
      await answer(await claim(given.stage, session.id), [message('thanks')], 'end_turn')
      const done = await api.getTurn({ sessionId, turnId: open.turn.id })
      expect(done.status).toBe('completed')
      expect(done.turn.result?.output.map(({ content }) => content[0]?.text)).toEqual(['thanks'])
    })

    test('[R-S1.8-6] asked for again with the same key is the same turn', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const input = { sessionId: session.id, input: 'hello', idempotencyKey: 'once' }
      const asked = Promise.all([api.createTurn(input), api.createTurn(input)])
      await answer(await claim(given.stage, session.id), [message('hi')], 'end_turn')
      const [first, second] = await asked
      expect(second.turn.id).toBe(first.turn.id)
      expect((await api.createTurn(input)).turn.id).toBe(first.turn.id)
      expect(
        (await api.listEvents({ sessionId: session.id, types: ['user.message'] })).items,
      ).toHaveLength(1)
    })

    test('[R-S1.8-7] that fails or is interrupted says which', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      const failing = api.createTurn({ sessionId, input: 'hello' })
      await answer(await claim(given.stage, session.id), [], 'retries_exhausted')
      expect((await failing).status).toBe('failed')
      const stopped = api.createTurn({ sessionId, input: 'hello' })
      const lease = await claim(given.stage, session.id)
      await answer(lease, [message('well')])
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }] })
      await lease.append({ end: 'interrupted' })
      expect((await stopped).status).toBe('interrupted')
    })

    test.each<[string, object]>([
      ['input', {}],
      ['input[0].role', { input: [{ role: 'assistant', content: 'x' }] }],
      ['timeout_seconds', { input: 'x', timeoutSeconds: 541 }],
      ['stream', { input: 'x', stream: true }],
    ])('[R-S1.8-8] is refused with a bad %s', async (field, bad) => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const problem = await refusal(api.createTurn({ sessionId: session.id, ...bad }))
      expect(problem).toMatchObject({ code: 'invalid', field })
    })
  })
}
