// A server process that is killed without warning, and the one that takes its sessions over.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFakeModel, type FakeModel } from '../support/fake-model.ts'
import { mainFile } from '../support/run-cli.ts'

let home: string
let model: FakeModel
let server: ChildProcess | undefined

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'killed-'))
  model = await startFakeModel()
})
afterAll(async () => {
  server?.kill('SIGKILL')
  await model[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

/** Starts the server on the data that the last one left. @returns its URL and what it printed */
async function serve(): Promise<{ url: string; printed: string }> {
  const child = spawn(
    process.execPath,
    [mainFile, 'serve', '--port', '0', '--log-level', 'error'],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        PALIMPSEST_DATA_DIR: join(home, 'data'),
        PALIMPSEST_MODEL_BASE_URL: model.url,
        PALIMPSEST_MODEL_API_KEY: 'key-of-the-model',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  server = child
  let printed = ''
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    printed += chunk.toString()
    const url = /memory stores at (\S+)/.exec(printed)?.[1]
    if (url !== undefined && printed.includes('credentials')) {
      child.stdout?.resume()
      return { url, printed }
    }
  }
  throw new Error(`the server ended: ${printed}`)
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => server?.once('exit', resolve))
  server?.kill('SIGKILL')
  await ended
}

test('[R-S3.1-8] a turn goes on after kill -9, and the finished tool is not run again', async () => {
  const first = await serve()
  const apiKey = /ANTHROPIC_API_KEY=(\S+)/.exec(first.printed)?.[1] ?? ''
  let client = new Anthropic({ baseURL: first.url, apiKey })
  const store = await client.beta.memoryStores.create({ name: 'Notes' })
  const environment = await client.beta.environments.create({ name: 'e' })
  const agent = await client.beta.agents.create({
    name: 'a',
    model: 'claude-x',
    tools: [{ type: 'agent_toolset_20260401' }],
  })
  const session = await client.beta.sessions.create({
    agent: agent.id,
    environment_id: environment.id,
    resources: [{ type: 'memory_store', memory_store_id: store.id }],
  })
  const asked = Promise.withResolvers<void>()
  const file_path = '/mnt/memory/notes/a.md'
  model.script(
    { blocks: [{ tool: 'write', input: { file_path, content: 'once\n' } }] },
    { blocks: ['half an answer'], stallAfter: 4, before: () => asked.resolve() },
  )
  const content = [{ type: 'text' as const, text: 'Write it down' }]
  await client.beta.sessions.events.send(session.id, {
    events: [{ type: 'user.message', content }],
  })
  await asked.promise
  await kill()

  model.script({ blocks: ['Done.'] })
  const second = await serve()
  client = new Anthropic({ baseURL: second.url, apiKey })
  await expect
    .poll(async () => (await client.beta.sessions.retrieve(session.id)).status, {
      timeout: 75_000,
      interval: 500,
    })
    .toBe('idle')
  const events = await Array.fromAsync(client.beta.sessions.events.list(session.id))
  const types = events.map(({ type }) => type)
  expect(types.filter((type) => type === 'agent.tool_result')).toHaveLength(1)
  expect(types.filter((type) => type === 'agent.message')).toHaveLength(1)
  expect(events.filter((event) => event.type === 'span.model_request_end')).toMatchObject([
    { is_error: false },
    { is_error: true },
    { is_error: false },
  ])
  expect(types.at(-1)).toBe('session.status_idle')
  const versions = await Array.fromAsync(client.beta.memoryStores.memoryVersions.list(store.id))
  expect(versions).toMatchObject([{ path: '/a.md', created_by: { session_id: session.id } }])
  // The request that was lost is asked again, word for word.
  expect(model.requests[2]).toEqual(model.requests[1])
  expect(model.headers.every((headers) => headers['x-api-key'] === 'key-of-the-model')).toBe(true)
  expect(JSON.stringify(events)).not.toContain('key-of-the-model')
}, 120_000)
