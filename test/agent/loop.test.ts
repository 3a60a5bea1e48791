import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openLoop, toolUse, type Loop } from '../support/loop.ts'
import { MemorySession } from '../support/memory-port.ts'

let loop: Loop

beforeAll(async () => {
  loop = await openLoop()
})
afterAll(() => loop[Symbol.asyncDispose]())
beforeEach(() => loop.begin())

describe('a turn', () => {
  test('runs tools until the model is done, and the log has the order of the contract', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Remember: blue.')
    const file_path = '/mnt/memory/notes/colour.md'
    loop.model.script(
      { blocks: ['Saving', toolUse({ file_path, content: 'blue "é" 🎨\n' })] },
      { blocks: ['Noted.'] },
    )
    await loop.run(session)
    expect(session.types).toEqual([
      'session.status_running',
      'session.thread_status_running',
      'user.message',
      'span.model_request_start',
      'agent.message',
      'agent.tool_use',
      'span.model_request_end',
      'agent.tool_result',
      'span.model_request_start',
      'agent.message',
      'span.model_request_end',
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ])
    const { items } = await loop.agent.operator.listMemories({
      storeId: loop.store.storeId,
      view: 'full',
    })
    expect(items).toMatchObject([{ path: '/colour.md', content: 'blue "é" 🎨\n' }])
    expect(session.session.usage).toMatchObject({ inputTokens: 200, outputTokens: 40 })
    expect(session.eventOf('session.status_idle')?.stopReason).toEqual({ type: 'end_turn' })
  })

  test('[R-S3.1-1] asks the model as a Messages API wants it, marked for its cache', async () => {
    const session = new MemorySession({
      stores: [{ ...loop.store, description: 'What matters.' }],
      agent: { system: 'Be brief.' },
    })
    session.say('Hello')
    loop.model.script({
      blocks: [{ thinking: 'hm', signature: 'sig' }, toolUse({ pattern: '*' }, 'glob')],
    })
    loop.model.script({ blocks: ['Done'] })
    await loop.run(session)
    const [first, second] = loop.model.requests
    expect(first).toMatchObject({ model: 'some-model', stream: true, max_tokens: 8_192 })
    expect(first?.tools?.map(({ name }) => name)).toEqual(['read', 'write', 'edit', 'glob', 'grep'])
    expect(first?.tools?.at(-1)).toHaveProperty('cache_control')
    expect(first?.system?.[0]).toEqual({ type: 'text', text: 'Be brief.' })
    expect(first?.system?.at(-1)?.text).toContain(
      ' - "Notes" → /mnt/memory/notes/ (read-write): "What matters."',
    )
    expect(first?.system?.at(-1)).toHaveProperty('cache_control')
    expect(first?.messages).toEqual([
      {
        role: 'user',
        content: [{ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }],
      },
    ])
    expect(second?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    // The provider's own blocks come back byte for byte.
    expect(second?.messages[1]?.content).toMatchObject([
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'tool_use', name: 'glob', input: { pattern: '*' } },
    ])
    expect(second?.system).toEqual(first?.system)
    expect(loop.model.headers[0]).toMatchObject({ 'x-api-key': 'secret-key' })
  })

  test('[R-S3.1-9] asks with the effort and the speed of the agent, or with neither', async () => {
    const model = { id: 'some-model', speed: 'fast', effort: { type: 'high' } } as const
    for (const agent of [{ model }, {}]) {
      const session = new MemorySession({ stores: [], agent })
      session.say('Hello')
      loop.model.script({ blocks: ['Done'] })
      await loop.run(session)
    }
    const [first, second] = loop.model.requests
    expect(first).toMatchObject({ output_config: { effort: 'high' }, speed: 'fast' })
    expect(loop.model.headers[0]).toMatchObject({ 'anthropic-beta': 'fast-mode-2026-02-01' })
    expect(second).not.toHaveProperty('output_config')
    expect(second).not.toHaveProperty('speed')
    expect(loop.model.headers[1]).not.toHaveProperty('anthropic-beta')
  })

  test('[R-S3.3-4] is told when a store is archived or deleted while it is attached', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    const ask = async () => {
      session.say('Hello')
      loop.model.script({ blocks: ['Done'] })
      await loop.run(session)
      return loop.model.requests.at(-1)?.system?.at(-1)?.text
    }
    const { storeId } = loop.store
    expect(await ask()).not.toMatch(/archived|deleted/)
    await loop.agent.operator.archiveStore({ storeId })
    expect(await ask()).toContain('This store is archived')
    await loop.agent.operator.deleteStore({ storeId })
    expect(await ask()).toContain('This store was deleted')
  })

  test('[R-S3.1-2] several calls are answered in one message, in their order', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Look')
    loop.model.script({
      blocks: [
        toolUse({ file_path: 'a' }, 'read'),
        toolUse({ pattern: 'x' }, 'grep'),
        toolUse({}, 'nothing'),
      ],
    })
    loop.model.script({ blocks: ['Done'] })
    await loop.run(session)
    expect(loop.lastMessage()).toMatchObject([
      {
        type: 'tool_result',
        is_error: true,
        content: [{ text: 'read: a: no such file or directory' }],
      },
      { type: 'tool_result', content: [{ text: 'no matches' }] },
      {
        is_error: true,
        content: [{ text: 'there is no tool "nothing"; available: read, write, edit, glob, grep' }],
      },
    ])
  })

  test('deltas announce the message that comes under the same id', async () => {
    const session = new MemorySession({})
    session.say('Hello')
    loop.model.script({ blocks: ['Hello there, you', ' and more'] })
    await loop.run(session)
    const message = session.eventOf('agent.message')
    expect(message?.content.map(({ text }) => text)).toEqual(['Hello there, you', ' and more'])
    const [start, ...deltas] = session.deltas
    expect(start).toEqual({
      type: 'event_start',
      event: { type: 'agent.message', id: message?.id },
    })
    const texts = deltas.map((delta) => (delta.type === 'event_delta' ? delta.text : ''))
    expect(texts.join('')).toBe('Hello there, you and more')
  })

  test('a message that comes meanwhile is read by the next request of the same turn', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('First')
    loop.model.script({
      blocks: [toolUse({ pattern: 'x' }, 'grep')],
      before: () => session.say('Second'),
    })
    loop.model.script({ blocks: ['Both'] })
    await loop.run(session)
    expect(loop.lastMessage().map(({ type }) => type)).toEqual(['tool_result', 'text'])
    expect(session.types.filter((type) => type === 'session.status_idle')).toHaveLength(1)
  })

  test('a refusal ends the turn with its details', async () => {
    const session = new MemorySession({})
    session.say('Bad')
    loop.model.script({ stop: 'refusal', stopDetails: { category: 'cyber', explanation: 'no' } })
    await loop.run(session)
    expect(session.eventOf('session.status_idle')).toMatchObject({
      stopReason: { type: 'refusal' },
      stopDetails: { type: 'refusal', category: 'cyber', explanation: 'no' },
    })
  })
})

describe('what the model gets wrong', () => {
  test('[R-S3.1-5] input that is no JSON is answered with the reason, and nothing runs', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Write')
    loop.model.script({ blocks: [{ tool: 'write', input: {}, json: '{"file_path": "/mnt/memo' }] })
    loop.model.script({ blocks: ['Sorry'] })
    await loop.run(session)
    expect(session.eventOf('agent.tool_use')).toMatchObject({ input: {} })
    expect(loop.lastMessage()).toMatchObject([{ is_error: true }])
    expect(JSON.stringify(loop.lastMessage())).toContain('not valid JSON')
  })

  test('a call cut off by the limit of tokens says so', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Write')
    loop.model.script({
      blocks: [{ tool: 'write', input: {}, json: '{"file' }],
      stop: 'max_tokens',
    })
    loop.model.script({ blocks: ['Shorter'] })
    await loop.run(session)
    expect(JSON.stringify(loop.lastMessage())).toContain('limit of tokens')
  })

  test('[R-S3.1-7] a loop of calls without end is stopped', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Go')
    for (let n = 0; n < 4; n += 1)
      loop.model.script({ blocks: [toolUse({ pattern: 'x' }, 'grep')] })
    await loop.run(session, { settings: { requestsMax: 4 } })
    expect(session.eventOf('session.error')?.error.type).toBe('tool_use_limit_reached_error')
    expect(session.session.stopReason).toEqual({ type: 'retries_exhausted' })
  })
})

describe('waiting for others', () => {
  const custom = {
    type: 'custom',
    name: 'order',
    description: 'Orders.',
    inputSchema: { type: 'object' },
  } as const

  test('a custom tool is answered by the client, then the turn goes on', async () => {
    const session = new MemorySession({ agent: { tools: [custom] } })
    session.say('Order tea')
    loop.model.script({ blocks: [{ tool: 'order', input: { what: 'tea' } }] })
    await loop.run(session)
    const call = session.eventOf('agent.custom_tool_use')
    expect(session.session.stopReason).toEqual({ type: 'requires_action', eventIds: [call?.id] })
    session.send({
      type: 'user.custom_tool_result',
      customToolUseId: call!.id,
      content: [{ type: 'text', text: 'ordered' }],
    } as never)
    loop.model.script({ blocks: ['Done'] })
    await loop.run(session)
    expect(loop.lastMessage()).toMatchObject([
      { type: 'tool_result', content: [{ text: 'ordered' }] },
    ])
    expect(session.session.stopReason).toEqual({ type: 'end_turn' })
  })

  test.each(['allow', 'deny'] as const)('a call that is asked about: %s', async (result) => {
    const toolset = {
      type: 'agent_toolset_20260401',
      configs: [],
      defaultConfig: { enabled: true, permissionPolicy: { type: 'always_ask' } },
    } as const
    const session = new MemorySession({ stores: [loop.store], agent: { tools: [toolset] } })
    session.say('Write')
    loop.model.script({ blocks: [toolUse({ file_path: '/mnt/memory/notes/a.md', content: 'x' })] })
    await loop.run(session)
    const call = session.eventOf('agent.tool_use')
    expect(call?.evaluatedPermission).toBe('ask')
    session.send({
      type: 'user.tool_confirmation',
      toolUseId: call!.id,
      result,
      ...(result === 'deny' ? { denyMessage: 'not now' } : {}),
    } as never)
    loop.model.script({ blocks: ['Well'] })
    await loop.run(session)
    const text =
      result === 'allow'
        ? 'wrote 1 bytes to /mnt/memory/notes/a.md'
        : 'Permission to use write has been rejected. Rejection message: not now'
    expect(loop.lastMessage()).toMatchObject([{ content: [{ text }] }])
  })

  test('tools of a self-hosted session are left to its worker', async () => {
    const session = new MemorySession({ stores: [loop.store], environmentKind: 'self_hosted' })
    session.say('Write')
    loop.model.script({ blocks: [toolUse({ command: 'ls' }, 'bash'), toolUse({}, 'nothing')] })
    await loop.run(session)
    const call = session.eventOf('agent.tool_use')
    expect(session.session.stopReason).toMatchObject({ type: 'requires_action' })
    expect(session.types.filter((type) => type === 'agent.tool_result')).toHaveLength(1)
    expect(call?.evaluatedPermission).toBe('allow')
  })
})

describe('interrupts', () => {
  test('cut the stream, keep nothing of it, and the next turn is valid', async () => {
    const session = new MemorySession({})
    session.say('Talk')
    loop.model.script({ blocks: ['a long story'], stallAfter: 5 })
    const running = loop.run(session)
    while (session.deltas.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    session.send({ type: 'user.interrupt' } as never)
    await running
    expect(session.types.slice(-4)).toEqual([
      'user.interrupt',
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ])
    expect(session.eventOf('span.model_request_end')?.isError).toBe(true)
    expect(session.types).not.toContain('agent.message')
    session.say('Again')
    loop.model.script({ blocks: ['Yes'] })
    await loop.run(session)
    expect(loop.model.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(['user'])
  })

  test('end a tool, whose call is answered with an error', async () => {
    const session = new MemorySession({ stores: [loop.store] })
    session.say('Search')
    const world = loop.agent.world([{ id: loop.store.storeId, name: 'Notes' }])
    await world.files.resolve('/workspace/x').tree.write('/x', `${'a'.repeat(40)}!`)
    loop.model.script({ blocks: [toolUse({ pattern: '(a+)+$', path: 'x' }, 'grep')] })
    const running = loop.run(session, { world })
    while (!session.types.includes('agent.tool_use')) await session.changed()
    session.send(
      { type: 'user.interrupt' } as never,
      { type: 'user.message', content: [{ type: 'text', text: 'Instead' }] } as never,
    )
    loop.model.script({ blocks: ['Instead then'] })
    await running
    expect(session.eventOf('agent.tool_result')?.isError).toBe(true)
    expect(loop.lastMessage().map(({ type }) => type)).toEqual(['tool_result', 'text'])
    expect(session.eventOf('agent.message')?.content).toEqual([
      { type: 'text', text: 'Instead then' },
    ])
  })
})
