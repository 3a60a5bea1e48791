import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openLoop, toolUse, type Loop } from '../support/loop.ts'
import { MemorySession } from '../support/memory-port.ts'

let loop: Loop

beforeAll(async () => {
  loop = await openLoop()
})
afterAll(() => loop[Symbol.asyncDispose]())
beforeEach(() => loop.begin())

describe('a model that fails', () => {
  test.each([
    [
      'overload',
      { status: 529, body: { error: { type: 'overloaded_error' } } },
      'model_overloaded_error',
    ],
    ['a rate limit', { status: 429, headers: { 'retry-after': '0' } }, 'model_rate_limited_error'],
    ['a server error', { status: 500 }, 'model_request_failed_error'],
    ['a cut stream', { blocks: ['half an ans'], cutAfter: 4 }, 'model_request_failed_error'],
    ['silence', { blocks: ['half'], stallAfter: 4 }, 'model_request_failed_error'],
    [
      'an error in the stream',
      { blocks: ['x'], errorAfter: { events: 3, type: 'overloaded_error' } },
      'model_overloaded_error',
    ],
  ])('[R-S3.1-3] is asked again after %s', async (_name, fault, type) => {
    const session = new MemorySession({})
    session.say('Hello')
    loop.model.script(fault, { blocks: ['Hello'] })
    await loop.run(session, 'stallAfter' in fault ? { firstSilenceMs: 150 } : {})
    expect(session.eventOf('session.error')?.error).toMatchObject({
      type,
      retryStatus: { type: 'retrying' },
    })
    expect(session.types).toContain('session.status_rescheduled')
    expect(session.types.filter((one) => one === 'agent.message')).toHaveLength(1)
    expect(session.session.stopReason).toEqual({ type: 'end_turn' })
    expect(loop.model.requests[1]).toEqual(loop.model.requests[0])
  })

  test('ends the turn when it keeps failing, and the next message begins afresh', async () => {
    const session = new MemorySession({})
    session.say('Hello')
    loop.model.script(...Array.from({ length: 3 }, () => ({ status: 529 })))
    await loop.run(session, { settings: { triesMax: 3 } })
    expect(session.eventOf('session.error')?.error.retryStatus).toEqual({ type: 'exhausted' })
    expect(session.session.stopReason).toEqual({ type: 'retries_exhausted' })
    session.say('Again')
    loop.model.script({ blocks: ['Hello'] })
    await loop.run(session, { settings: { triesMax: 3 } })
    expect(session.session.stopReason).toEqual({ type: 'end_turn' })
    expect(loop.model.requests.at(-1)?.messages).toHaveLength(1)
  })

  test('[R-S3.1-4] ends the turn at once when it refuses the request; the key is in no event', async () => {
    const session = new MemorySession({})
    session.say('Hello')
    loop.model.script({
      status: 401,
      body: { error: { type: 'authentication_error', message: 'bad key' } },
    })
    await loop.run(session)
    expect(session.eventOf('session.error')?.error).toMatchObject({
      type: 'model_request_failed_error',
      message: '401: bad key',
      retryStatus: { type: 'terminal' },
    })
    expect(JSON.stringify(session.log)).not.toContain('secret-key')
  })

  test('[R-S3.1-6] summarises when the context is nearly full, and goes on from there', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('The first thing')
    loop.model.script({ blocks: ['Yes'], usage: { input_tokens: 900 } })
    await loop.run(session, { settings: { contextTokens: 1_000 } })
    session.say('The second thing')
    loop.model.script({ blocks: ['They said: first.'] }, { blocks: ['Sure'] })
    await loop.run(session, { settings: { contextTokens: 1_000 } })
    expect(session.types).toContain('agent.thread_context_compacted')
    expect(JSON.stringify(loop.model.requests[1]?.messages.at(-1))).toContain(
      'Write the summary only.',
    )
    const last = JSON.stringify(loop.model.requests.at(-1)?.messages)
    expect(last).toContain('They said: first.')
    expect(last).toContain('The second thing')
    expect(last).not.toContain('"Yes"')
    expect(session.session.stopReason).toEqual({ type: 'end_turn' })
  })

  test('summarises once when the model says that it is too long, then gives up', async () => {
    const session = new MemorySession({})
    session.say('Hello')
    const tooLong = { status: 400, body: { error: { message: 'prompt is too long: 9 > 8' } } }
    loop.model.script(tooLong, { blocks: ['Summary'] }, tooLong)
    await loop.run(session)
    expect(session.eventOf('session.error')?.error.type).toBe('compaction_limit_reached_error')
    expect(session.session.stopReason).toEqual({ type: 'retries_exhausted' })
    expect(loop.model.requests).toHaveLength(3)
  })
})

describe('a server that dies', () => {
  test('in the middle of a model request: the next one asks again', async () => {
    const session = new MemorySession({})
    session.say('Hello')
    loop.model.script({ blocks: ['half an answer'], stallAfter: 5 })
    const first = loop.run(session)
    while (session.deltas.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    loop.model.script({ blocks: ['whole'] })
    await loop.run(session)
    await first
    expect(session.types.filter((type) => type === 'agent.message')).toHaveLength(1)
    expect(session.log.filter(({ event }) => event.type === 'span.model_request_end')).toHaveLength(
      2,
    )
    expect(session.session.stopReason).toEqual({ type: 'end_turn' })
  })

  test('between two tools: the finished one is not run again', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Write')
    const file = (name: string) => ({ file_path: `/mnt/memory/notes/${name}`, content: name })
    loop.model.script({ blocks: [toolUse(file('a.md')), toolUse(file('b.md'))] })
    const stop = new AbortController()
    const first = loop.run(session, { stopping: stop.signal })
    while (!session.types.includes('agent.tool_result')) await session.changed()
    const taken = session.claim()
    expect(taken.lost.aborted).toBe(false)
    await first.catch(() => {})
    loop.model.script({ blocks: ['Done'] })
    await loop.run(session)
    const { items } = await loop.agent.operator.listVersions({ storeId: loop.store.storeId })
    expect(items.filter(({ path }) => path === '/a.md')).toHaveLength(1)
    expect(items.some(({ path }) => path === '/b.md')).toBe(true)
    expect(session.types.filter((type) => type === 'agent.tool_result')).toHaveLength(2)
  })

  test('while an edit ran: it is not repeated, and the model is told', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Edit')
    const edit = { file_path: '/mnt/memory/notes/a.md', old_string: 'a', new_string: 'aa' }
    loop.model.script({ blocks: [toolUse(edit, 'edit')] })
    const stop = new AbortController()
    const first = loop.run(session, { stopping: stop.signal })
    // The lease goes as soon as the call is in the log, before its result can be.
    while (!session.types.includes('agent.tool_use')) await session.changed()
    session.claim()
    await first.catch(() => {})
    loop.model.script({ blocks: ['I will look'] })
    await loop.run(session)
    expect(JSON.stringify(loop.lastMessage())).toContain('whether it took effect is not known')
  })
})
