// To forget is a promise about the disk: the files are searched for what was forgotten.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeEventId } from '../../src/domain/ids.ts'
import { temporaryPlace, type Place } from '../support/in-process.ts'
import { answer, claim, makeSession, message, openStage, type Stage } from '../support/stage.ts'
import { findingsOf } from '../support/verified.ts'

let place: Place
let stage: Stage

beforeEach(async () => {
  place = await temporaryPlace()
  stage = await openStage(place)
})
afterEach(async () => {
  await stage[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

/** The files of the installation that hold the text, in any case. */
function filesWith(text: string): string[] {
  return readdirSync(place.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file, 'latin1').toLowerCase()
      return bytes.includes(Buffer.from(text).toString('latin1').toLowerCase())
    })
}

/** A webhook, and a delivery of it that failed. */
async function failedDelivery(word: string): Promise<void> {
  const { api, app } = stage
  const { storage, clock } = app
  const webhook = await api.createWebhook({ url: 'https://example.com/', description: word })
  const { id: webhookId, workspaceId } = webhook
  const { id: deliveryId } = await api.testWebhook({ webhookId })
  const of = { workspaceId, webhookId, deliveryId }
  await storage.commit({ type: 'claim_delivery', ...of })
  const result = { kind: 'failed', error: `no address for ${word} at ${clock()}` } as const
  await storage.commit({ type: 'finish_delivery', ...of, attempt: 1, result, jitter: 0 })
  expect((await api.listDeliveries({ webhookId })).items[0]?.lastError).toContain(word)
}

/** An import of which everything but paths and texts says the word. */
async function claimed(word: string): Promise<void> {
  const { api } = stage
  const { id: storeId } = await api.createStore({ name: 'imported' })
  const operations = Array.from({ length: 600 }, (_, index) => {
    const actor = `${'x'.repeat((index * 37) % 150)} ${word}`
    const claim = { actor, door: word, requestId: `by ${word}`, seq: index, origin: { actor } }
    return { type: 'create', path: `/${index}`, content: 'kept', claimed: claim } as const
  })
  await api.importHistory({ storeId, expectedSeq: 1, operations })
  await api.importHistory({
    storeId,
    expectedSeq: 601,
    operations: operations.slice(0, 90).map(({ path, claimed: claim }) => {
      return { type: 'delete', at: path, claimed: claim } as const
    }),
  })
}

/** A session that is deleted and of which most rows are still there, as after a crash. */
async function halfGone(word: string): Promise<void> {
  const { api, app } = stage
  const { session } = await makeSession(api)
  const { workspaceId, id: sessionId } = session
  const asked = api.createTurn({ sessionId, input: `I am ${word}` })
  const said = Array.from({ length: 900 }, (_, index) => message(`${word} ${index}`))
  await answer(await claim(stage, sessionId), said, 'end_turn')
  await asked
  const { isGone } = await app.storage.commit({ type: 'delete_session', workspaceId, sessionId })
  expect(isGone).toBe(false)
}

/** The text everywhere that can hold one, small and large, among much that does not. */
async function spread(word: string): Promise<void> {
  const { api, app } = stage
  const { id: storeId } = await api.createStore({
    name: `Notes of ${word}`,
    description: `All about ${word}`,
    metadata: { user: word, [word.slice(0, 60)]: 'x' },
  })
  await api.createKey({ name: `Key of ${word}`, role: 'read_only' })
  for (let index = 0; index < 60; index += 1) {
    const memory = await api.createMemory({ storeId, path: `/r/${index}.md`, content: 'dirty' })
    const at = { storeId, memoryId: memory.id }
    await api.updateMemory({ ...at, content: 'clean' })
    const { versionId } = memory
    const reason = index % 5 === 0 ? `${'r'.repeat(index)} ${word} asked` : `ticket ${index}`
    await api.redactWithReason({ storeId, versionId, reason })
  }
  for (let index = 0; index < 120; index += 1) {
    const filler = `${'f'.repeat((index * 997) % 9_000)} ${index}`
    const holds = index % 4 === 0
    const content = holds ? `${filler} ${word} ${filler}` : filler
    const path = holds && index % 8 === 0 ? `/of ${word}/${index}.md` : `/n/${index}.md`
    const memory = await api.createMemory({ storeId, path, content })
    const at = { storeId, memoryId: memory.id }
    if (index % 3 === 0) await api.updateMemory({ ...at, path: `/moved/${index}.md` })
    if (index % 5 === 0) await api.updateMemory({ ...at, content: 'clean' })
    if (index % 7 === 0) await api.deleteMemory(at)
  }
  for (let index = 0; index < 4; index += 1) {
    const { session } = await makeSession(api, { storeIds: [storeId] })
    const sessionId = session.id
    await api.updateSession({ sessionId, title: word })
    const idempotencyKey = `${word} ${index}`
    const asked = api.createTurn({ sessionId, input: `I am ${word}`, idempotencyKey })
    const lease = await claim(stage, sessionId)
    const block = { type: 'text', text: `${'b'.repeat(index * 4_000)} ${word}` } as const
    await lease.append({
      events: [
        {
          event: { id: makeEventId(app.clock()), type: 'agent.message', content: [block] },
          raw: { blocks: [block] },
        },
        {
          event: {
            id: makeEventId(app.clock()),
            type: 'agent.custom_tool_use',
            name: 'look_up',
            input: { name: word, [word]: [word, { deep: word }] },
          },
        },
      ],
    })
    await answer(lease, [message(`Goodbye ${word}`)], 'end_turn')
    await asked
  }
}

test('text that was everywhere is nowhere in the data directory, running and stopped', async () => {
  const word = 'Zoë Unforgettable-Öztürk'
  await spread(word)
  await failedDelivery(word)
  await claimed(word)
  expect(filesWith('unforgettable')).not.toEqual([])
  const done = await stage.api.forget({ subject: { text: [word] } })
  if (done.type !== 'receipt') throw new Error('expected a receipt')
  expect(filesWith('unforgettable')).toEqual([])
  expect(await findingsOf(stage.api)).toEqual([])
  // What does not bear it is what it was.
  const { items } = await stage.api.listStores({ limit: 10 })
  const notes = items.find(({ name }) => name !== 'imported')
  const { items: kept } = await stage.api.listMemories({
    storeId: notes?.id ?? '',
    pathPrefix: '/n/',
    limit: 100,
  })
  expect(kept.length).toBeGreaterThan(30)
  await stage[Symbol.asyncDispose]()
  expect(filesWith('unforgettable')).toEqual([])
})

test('stores that went as a whole are nowhere either, with the sessions of the subject', async () => {
  const { api } = stage
  const word = 'Unforgettable'
  for (const name of ['one', 'two']) {
    const { id: storeId } = await api.createStore({ name: word, metadata: { user: '42' } })
    for (let index = 0; index < 260; index += 1) {
      const content = `${word} ${name} ${'x'.repeat((index * 37) % 6_000)}`
      await api.createMemory({ storeId, path: `/${word}/${index}`, content })
    }
  }
  const { session } = await makeSession(api)
  await api.updateSession({ sessionId: session.id, title: word, metadata: { user: '42' } })
  const asked = api.createTurn({ sessionId: session.id, input: word })
  await answer(await claim(stage, session.id), [message(word)], 'end_turn')
  await asked
  const { id: other } = await api.createStore({ name: 'other', metadata: { user: '43' } })
  await api.createMemory({ storeId: other, path: '/a', content: 'kept' })
  await api.forget({ subject: { metadata: { user: '42' } } })
  expect(filesWith(word)).toEqual([])
  expect((await api.listStores({ includeArchived: true })).items.map(({ id }) => id)).toEqual([
    other,
  ])
  expect(await findingsOf(api)).toEqual([])
})

test('a session or store that was deleted and not removed yet is nowhere afterwards', async () => {
  const word = 'Unforgettable'
  await halfGone(word)
  const { id: storeId } = await stage.api.createStore({ name: word })
  for (let index = 0; index < 400; index += 1) {
    await stage.api.createMemory({
      storeId,
      path: `/${word}/${index}`,
      content: `${word} ${index}`,
    })
  }
  await stage.api.deleteStore({ storeId })
  // Nothing is found any more that could be named, and it goes all the same.
  await stage.api.forget({ subject: { text: [word] } })
  expect(await stage.app.storage.view.sessions.deletedSessions(10)).toEqual([])
  expect(filesWith(word)).toEqual([])
  expect(await findingsOf(stage.api)).toEqual([])
  await stage[Symbol.asyncDispose]()
  expect(filesWith(word)).toEqual([])
})
