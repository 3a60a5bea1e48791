// The documented quickstarts of the official TypeScript SDK, of two generations, unchanged, on the
// real server with the built-in model. Headers are strict: their clients send what is asked for.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryPlace } from '../support/in-process.ts'
import { officialClient, type Generation } from '../support/over-http.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer(await temporaryPlace(), {
    flags: { model: 'demo', 'strict-headers': 'true' },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

const model = 'claude-opus-4-8'
const tools = [{ type: 'agent_toolset_20260401' as const }]
const say = (text: string) => ({
  events: [{ type: 'user.message' as const, content: [{ type: 'text' as const, text }] }],
})

describe.each<[Generation]>([['1.x'], ['0.x']])('the official TypeScript SDK %s', (generation) => {
  const open = async () => {
    const { secrets } = await server.newWorkspace()
    return officialClient(generation, server.url, secrets.read_write).beta
  }
  type Beta = Awaited<ReturnType<typeof open>>

  async function start(beta: Beta, stores: readonly string[] = []) {
    const environment = await beta.environments.create({ name: 'quickstart' })
    const agent = await beta.agents.create({ name: 'Coding Assistant', model, tools })
    const session = await beta.sessions.create({
      agent: { type: 'agent', id: agent.id, version: agent.version },
      environment_id: environment.id,
      title: 'Quickstart session',
      resources: stores.map((id) => ({ type: 'memory_store' as const, memory_store_id: id })),
    })
    return { environment, agent, session }
  }

  /** Reads until the session rests, and returns what was said and the types of all events. */
  async function untilIdle(stream: AsyncIterable<{ readonly type: string }>) {
    const types: string[] = []
    let text = ''
    for await (const event of stream as Awaited<ReturnType<Beta['sessions']['events']['stream']>>) {
      types.push(event.type)
      const content = event.type === 'agent.message' ? event.content : []
      text += content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      if (event.type === 'session.status_idle') break
    }
    return { types, text }
  }

  test('the quickstart: the stream is opened, then the message sent', async () => {
    const beta = await open()
    const { session } = await start(beta)
    const stream = await beta.sessions.events.stream(session.id)
    await beta.sessions.events.send(session.id, say('Hello there'))
    const { types, text } = await untilIdle(stream)
    expect(types).toContain('session.status_running')
    expect(types.at(-1)).toBe('session.status_idle')
    expect(text).not.toBe('')
  })

  test('the example that sends first and opens the stream then', async () => {
    const beta = await open()
    const { session } = await start(beta)
    await beta.sessions.events.send(session.id, say('Hello there'))
    const { types } = await untilIdle(await beta.sessions.events.stream(session.id))
    expect(types.at(-1)).toBe('session.status_idle')
  })

  test('memory: what one session was told, the next one knows', async () => {
    const beta = await open()
    const store = await beta.memoryStores.create({ name: 'User Preferences' })
    const first = await start(beta, [store.id])
    expect(first.session.resources).toMatchObject([{ mount_path: '/mnt/memory/user-preferences' }])
    const told = await beta.sessions.events.stream(first.session.id)
    await beta.sessions.events.send(first.session.id, say("Remember: Maya's colour is #0E7A4F."))
    await untilIdle(told)
    const second = await start(beta, [store.id])
    const asked = await beta.sessions.events.stream(second.session.id, {
      event_deltas: ['agent.message'],
    })
    await beta.sessions.events.send(second.session.id, say("What is Maya's colour?"))
    const { types, text } = await untilIdle(asked)
    expect(text).toContain('#0E7A4F')
    expect(types).toContain('event_delta')
    const using = await beta.sessions.list({ memory_store_id: store.id, statuses: ['idle'] })
    expect(using.data.map(({ id }) => id).sort()).toEqual(
      [first.session.id, second.session.id].sort(),
    )
  })

  test('every other call on agents and environments', async () => {
    const beta = await open()
    const { agent, environment } = await start(beta)
    const change = { version: agent.version, system: 'Be short.' }
    expect(await beta.agents.update(agent.id, change)).toMatchObject({ version: 2 })
    expect((await beta.agents.retrieve(agent.id, { version: 1 })).system).toBeNull()
    const versions: number[] = []
    for await (const { version } of beta.agents.versions.list(agent.id, { limit: 1 })) {
      versions.push(version)
    }
    expect(versions).toEqual([2, 1])
    expect((await beta.agents.list({ limit: 1 })).data).toMatchObject([{ id: agent.id }])
    expect((await beta.agents.archive(agent.id)).archived_at).not.toBeNull()

    const described = await beta.environments.update(environment.id, { description: 'Home' })
    expect(described.description).toBe('Home')
    expect((await beta.environments.retrieve(environment.id)).config.type).toBe('cloud')
    expect((await beta.environments.list()).data).toMatchObject([{ id: environment.id }])
    expect((await beta.environments.archive(environment.id)).archived_at).not.toBeNull()
    const other = await beta.environments.create({ name: 'other', config: { type: 'self_hosted' } })
    expect(await beta.environments.work.stats(other.id)).toMatchObject({ depth: 0 })
    expect(await beta.environments.delete(other.id)).toEqual({
      id: other.id,
      type: 'environment_deleted',
    })
  })

  test('every other call on sessions', async () => {
    const beta = await open()
    const store = await beta.memoryStores.create({ name: 'Notes' })
    const { session } = await start(beta, [store.id])
    const stream = await beta.sessions.events.stream(session.id)
    await beta.sessions.events.send(session.id, say('Hello there'))
    await untilIdle(stream)
    const ids: string[] = []
    for await (const { id } of beta.sessions.events.list(session.id, { limit: 2 })) ids.push(id)
    expect(ids.length).toBeGreaterThan(4)
    expect(new Set(ids).size).toBe(ids.length)
    const said = await beta.sessions.events.list(session.id, { types: ['user.message'] })
    expect(said.data).toHaveLength(1)
    expect((await beta.sessions.resources.list(session.id)).data).toMatchObject([
      { memory_store_id: store.id },
    ])
    const [thread] = (await beta.sessions.threads.list(session.id)).data
    const threadId = thread?.id ?? ''
    const at = { session_id: session.id }
    expect(await beta.sessions.threads.retrieve(threadId, at)).toMatchObject({ id: threadId })
    const inThread: string[] = []
    for await (const { id } of beta.sessions.threads.events.list(threadId, at)) inThread.push(id)
    expect(inThread).toEqual(ids)

    const titled = await beta.sessions.update(session.id, { title: 'Done', metadata: { a: 'b' } })
    expect(titled).toMatchObject({ title: 'Done', metadata: { a: 'b' } })
    expect((await beta.sessions.retrieve(session.id)).title).toBe('Done')
    expect((await beta.sessions.archive(session.id)).status).toBe('terminated')
    expect((await beta.sessions.list()).data).toEqual([])
    expect(await beta.sessions.delete(session.id)).toEqual({
      id: session.id,
      type: 'session_deleted',
    })
    const gone = await beta.sessions.retrieve(session.id).catch((error: unknown) => error)
    expect(gone).toMatchObject({ status: 404 })
  })
})
