import { describe, expect, test } from 'vitest'
import { transcript } from '../../src/agent/transcript.ts'
import type { ReceiptDocument } from '../../src/domain/forget/receipt.ts'
import { makeEventId } from '../../src/domain/ids.ts'
import { findingsOf } from '../support/verified.ts'
import { refusal } from '../support/world.ts'
import { answer, claim, logOf, makeSession, message, say, type Stage } from '../support/stage.ts'

export function forgetContract(given: { readonly stage: Stage }): void {
  /** A word that nothing else holds. */
  const newWord = () => `Ada${crypto.randomUUID().replaceAll('-', '')}`

  async function forget(subject: object): Promise<ReceiptDocument> {
    const done = await given.stage.api.forget({ subject })
    if (done.type !== 'receipt') throw new Error('expected a receipt')
    return JSON.parse(done.receipt.document) as ReceiptDocument
  }

  /** A session that rests, with the word wherever a session can hold it. */
  async function sessionAbout(word: string) {
    const { api, app } = given.stage
    const { id: storeId } = await api.createStore({ name: `Notes of ${word}` })
    const made = await makeSession(api, { storeIds: [storeId] })
    const sessionId = made.session.id
    await api.updateSession({ sessionId, title: `About ${word}`, metadata: { [word]: word } })
    const asked = api.createTurn({
      sessionId,
      input: `I am ${word}`,
      idempotencyKey: `turn of ${word}`,
    })
    const lease = await claim(given.stage, sessionId)
    const block = { type: 'text', text: `Hello ${word}` } as const
    const [waiting] = (await lease.log()).filter(({ event }) => event.type === 'user.message')
    await lease.append({
      consume: waiting === undefined ? [] : [waiting.event.id],
      events: [
        {
          event: { id: makeEventId(app.clock()), type: 'agent.thinking' },
          raw: { blocks: [{ type: 'thinking', thinking: word, signature: 'c2ln' }] },
        },
        {
          event: { id: makeEventId(app.clock()), type: 'agent.message', content: [block] },
          raw: { blocks: [block] },
        },
      ],
    })
    await answer(lease, [message(`Goodbye ${word.toUpperCase()}`)], 'end_turn')
    const turn = await asked
    return { sessionId, storeId, turnId: turn.turn.id }
  }

  describe('to forget, in sessions', () => {
    test('text is replaced in agents, their old versions, and environments', async () => {
      const { api } = given.stage
      const word = newWord()
      const agent = await api.createAgent({
        name: 'notes',
        model: 'claude-sonnet-5-5',
        system: `You serve ${word}.`,
      })
      await api.updateAgent({ agentId: agent.id, version: 1, description: `of ${word}` })
      const environment = await api.createEnvironment({ name: word })
      const document = await forget({ text: [word] })
      expect(document.redacted.map(({ place }) => place)).toEqual([
        'agents',
        'agent_versions',
        'environments',
      ])
      expect(await api.getAgent({ agentId: agent.id })).toMatchObject({
        system: 'You serve [redacted].',
        description: 'of [redacted]',
      })
      const { items } = await api.listAgentVersions({ agentId: agent.id })
      expect(items.map(({ system }) => system)).toEqual(Array(2).fill('You serve [redacted].'))
      const named = await api.getEnvironment({ environmentId: environment.id })
      expect(named.name).toBe('redacted')
    })

    test('text is replaced in the log, the turns, the titles and what providers made', async () => {
      const { api, app } = given.stage
      const word = newWord()
      const { sessionId, turnId } = await sessionAbout(word)
      const before = await logOf(api, sessionId)
      const document = await forget({ text: [word] })
      expect(new Set(document.redacted.map(({ place }) => place))).toEqual(
        new Set(['stores', 'session_events', 'session_turns', 'sessions']),
      )
      const log = await logOf(api, sessionId)
      expect(log.map(({ event }) => event.id)).toEqual(before.map(({ event }) => event.id))
      expect(log.map(({ event }) => event.type)).toEqual(before.map(({ event }) => event.type))
      const session = await api.getSession({ sessionId })
      expect(session).toMatchObject({
        title: 'About [redacted]',
        metadata: { '[redacted]': '[redacted]' },
      })
      expect(session.stores[0]?.mountPath).toMatch(/^\/mnt\/memory\/[\w-]+$/)
      const query = {
        sessionId,
        order: 'asc',
        types: undefined,
        above: undefined,
        below: undefined,
        processedOnly: false,
        raw: true,
        limit: 1_000,
      } as const
      const entries = await app.storage.view.sessions.events(query)
      expect(JSON.stringify([entries, session]).toLowerCase()).not.toContain(word.toLowerCase())
      // The conversation goes on from the events, without the blocks of the provider.
      const told = transcript(entries)
      expect(told.map(({ role }) => role)).toEqual(['user', 'assistant'])
      expect(JSON.stringify(told)).toContain('Hello [redacted]')
      const turn = await api.getTurn({ sessionId, turnId })
      expect(turn.turn.result?.output.at(-1)?.content).toEqual([
        { type: 'text', text: 'Goodbye [redacted]' },
      ])
      // The key is gone: the same one begins another turn.
      const again = await api.createTurn({
        sessionId,
        input: 'hi',
        timeoutSeconds: 0,
        idempotencyKey: `turn of ${word}`,
      })
      expect(again.turn.id).not.toBe(turnId)
      await answer(await claim(given.stage, sessionId), [message('hi')], 'end_turn')
      expect(await findingsOf(api)).toEqual([])
    })

    test('a key of a turn goes whatever it begins with', async () => {
      const { api } = given.stage
      const word = newWord()
      const { session } = await makeSession(api)
      const idempotencyKey = `redacted:${word}`
      const input = { sessionId: session.id, input: 'hi', timeoutSeconds: 0, idempotencyKey }
      const first = await api.createTurn(input)
      await answer(await claim(given.stage, session.id), [message('hi')], 'end_turn')
      const document = await forget({ text: [word] })
      expect(document.redacted).toMatchObject([{ place: 'session_turns', rows: [first.turn.id] }])
      const again = await api.createTurn(input)
      expect(again.turn.id).not.toBe(first.turn.id)
      await answer(await claim(given.stage, session.id), [message('hi')], 'end_turn')
    })

    test('nothing is erased while a session runs that bears it', async () => {
      const { api } = given.stage
      const word = newWord()
      const { session } = await makeSession(api)
      const { id: storeId } = await api.createStore({ name: 'x' })
      await api.createMemory({ storeId, path: '/a', content: word })
      await api.sendEvents({ sessionId: session.id, events: [say(word)] })
      const subject = { text: [word] }
      const found = await api.forget({ subject, dryRun: true })
      expect(found).toMatchObject({ running: [session.id], memories: [{ path: '/a' }] })
      const problem = await refusal(api.forget({ subject }))
      expect(problem.code).toBe('busy')
      expect(problem.message).toContain(session.id)
      expect((await api.listMemories({ storeId })).items).toHaveLength(1)
      await answer(await claim(given.stage, session.id), [message('ok')], 'end_turn')
      const document = await forget(subject)
      expect(document.counts).toMatchObject({ memories: 1, rows: 1 })
    })

    test('metadata takes sessions as a whole, and stores alone leave a note of them', async () => {
      const { api } = given.stage
      const word = newWord()
      const { id: storeId } = await api.createStore({ name: 'x', metadata: { user: word } })
      const mine = await makeSession(api, { storeIds: [storeId] })
      const attached = await makeSession(api, { storeIds: [storeId] })
      const sessionId = mine.session.id
      await api.updateSession({ sessionId, metadata: { user: word } })
      for (const id of [sessionId, attached.session.id]) {
        await api.sendEvents({ sessionId: id, events: [say('hello')] })
        await answer(await claim(given.stage, id), [message('hi')], 'end_turn')
      }
      const subject = { metadata: { user: word } }
      expect(await api.forget({ subject, dryRun: true })).toMatchObject({
        stores: [{ id: storeId }],
        sessions: [sessionId],
        kept: [{ id: attached.session.id }],
      })
      const document = await forget(subject)
      expect(document).toMatchObject({ stores: [storeId], sessions: [sessionId] })
      expect(document.kept).toMatchObject([{ id: attached.session.id }])
      expect(await refusal(api.getSession({ sessionId }))).toMatchObject({ code: 'not_found' })
      expect(await logOf(api, attached.session.id)).not.toEqual([])
    })

    test('text within chosen stores reaches the sessions that have them, and no others', async () => {
      const { api } = given.stage
      const word = newWord()
      const one = await sessionAbout(word)
      const two = await sessionAbout(word)
      await forget({ text: [word], storeIds: [one.storeId] })
      const texts = async (sessionId: string) => JSON.stringify(await logOf(api, sessionId))
      expect(await texts(one.sessionId)).not.toContain(word)
      expect(await texts(two.sessionId)).toContain(word)
      expect((await api.getStore({ storeId: two.storeId })).name).toContain(word)
    })
  })
}
