// A turn through the real server: settings, HTTP, storage, runner, tools and sandbox together.
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findSandbox } from '../../src/agent/sandbox/find-sandbox.ts'
import { startFakeModel, type FakeModel } from '../support/fake-model.ts'
import { temporaryPlace } from '../support/in-process.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let model: FakeModel
let server: TestServer
let client: Anthropic

beforeAll(async () => {
  model = await startFakeModel()
  server = await startTestServer(await temporaryPlace(), {
    flags: {
      'model-base-url': model.url,
      'model-api-key': 'k',
      'model-auth': 'bearer',
      'model-map': 'claude-x=upstream-x',
    },
  })
  client = new Anthropic({ baseURL: server.url, apiKey: server.operatorSecret })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

async function open(policy: 'always_allow' | 'always_ask' = 'always_allow') {
  const store = await client.beta.memoryStores.create({ name: 'Notes' })
  const environment = await client.beta.environments.create({ name: 'e' })
  const permission = { permission_policy: { type: policy } }
  const agent = await client.beta.agents.create({
    name: 'a',
    model: 'claude-x',
    tools: [{ type: 'agent_toolset_20260401', default_config: { enabled: true, ...permission } }],
  })
  const session = await client.beta.sessions.create({
    agent: agent.id,
    environment_id: environment.id,
    resources: [{ type: 'memory_store', memory_store_id: store.id }],
  })
  return { store, session }
}

interface TurnAnswer {
  readonly status: string
  readonly output: readonly { readonly content: readonly { readonly text: string }[] }[]
  readonly memory: { readonly changed: readonly { readonly path: string }[] }
}

function ask(sessionId: string, input: string): Promise<TurnAnswer> {
  return client.post(`/v1/sessions/${sessionId}/turns`, { body: { input } })
}

const sandbox = await findSandbox()

test.skipIf('noneBecause' in sandbox)('bash writes memory before the turn ends', async () => {
  const { store, session } = await open()
  model.script(
    {
      blocks: [
        { tool: 'bash', input: { command: 'cd /mnt/memory/notes && echo blue > c.md && ls' } },
      ],
    },
    { blocks: [{ tool: 'read', input: { file_path: '/mnt/memory/notes/c.md' } }] },
    { blocks: ['Saved.'] },
  )
  const turn = await ask(session.id, 'Save it')
  expect(turn).toMatchObject({ status: 'completed', memory: { changed: [{ path: '/c.md' }] } })
  expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toContain('c.md')
  expect(JSON.stringify(model.requests[2]?.messages.at(-1))).toContain('blue')
  expect(model.requests[0]?.model).toBe('upstream-x')
  expect(model.headers[0]).toMatchObject({ authorization: 'Bearer k' })
  const versions = await Array.fromAsync(client.beta.memoryStores.memoryVersions.list(store.id))
  expect(versions).toMatchObject([
    { created_by: { type: 'session_actor', session_id: session.id } },
  ])
})

test('[R-S3.3-4] a turn is told that its store was archived, and then that it was deleted', async () => {
  const { store, session } = await open()
  const told = async () => {
    model.script({ blocks: ['Fine.'] })
    expect(await ask(session.id, 'Hello')).toMatchObject({ status: 'completed' })
    return model.requests
      .at(-1)
      ?.system?.map(({ text }) => text)
      .join('\n')
  }
  expect(await told()).not.toMatch(/archived|deleted/)
  await client.beta.memoryStores.archive(store.id)
  expect(await told()).toContain('This store is archived')
  await client.beta.memoryStores.delete(store.id)
  expect(await told()).toContain('This store was deleted')
})

test('a call that is asked about waits for the client, over HTTP', async () => {
  const { session } = await open('always_ask')
  const input = { file_path: '/mnt/memory/notes/a.md', content: 'x' }
  model.script({ blocks: [{ tool: 'write', input }] })
  expect(await ask(session.id, 'Write')).toMatchObject({ status: 'requires_action' })
  const events = await Array.fromAsync(client.beta.sessions.events.list(session.id))
  const call = events.find((event) => event.type === 'agent.tool_use')
  model.script({ blocks: ['Written.'] })
  const stream = await client.beta.sessions.events.stream(session.id)
  await client.beta.sessions.events.send(session.id, {
    events: [{ type: 'user.tool_confirmation', tool_use_id: call!.id, result: 'allow' }],
  })
  const seen: string[] = []
  for await (const event of stream) {
    seen.push(event.type)
    if (event.type === 'session.status_idle') break
  }
  expect(seen).toContain('agent.tool_result')
  expect(seen).toContain('agent.message')
})

test('an interrupt over HTTP cuts the stream of the model', async () => {
  const { session } = await open()
  const begun = Promise.withResolvers<void>()
  model.script({ blocks: ['a long story'], stallAfter: 4, before: () => begun.resolve() })
  const turn = ask(session.id, 'Tell me')
  await begun.promise
  await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] })
  expect(await turn).toMatchObject({ status: 'interrupted' })
})

test('an agent whose model the map does not know is refused when it is made', async () => {
  await expect(client.beta.agents.create({ name: 'a', model: 'unheard-of' })).rejects.toThrow(/400/)
})
