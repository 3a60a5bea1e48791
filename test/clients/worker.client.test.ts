// The official worker, unmodified, serving self-hosted sessions on the real server.
import Anthropic from '@anthropic-ai/sdk'
import type { EnvironmentWorker } from '@anthropic-ai/sdk/helpers/beta/environments'
import { mkdirSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../../clients/typescript/turns.mjs'
import { temporaryPlace } from '../support/in-process.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

/** The worker puts memory where the session says, which takes the right to make that directory. */
function missingDirectory(): string | undefined {
  try {
    const probe = `/mnt/memory/probe-${process.pid}`
    mkdirSync(probe, { recursive: true })
    rmSync(probe, { recursive: true })
    return undefined
  } catch {
    return 'a writable /mnt/memory'
  }
}

interface Office extends AsyncDisposable {
  readonly environmentId: string
  readonly workdir: string
  readonly key: string
}

const missing = missingDirectory()
let server: TestServer
let client: Anthropic
let agentId: string
let stores = 0

async function openOffice(): Promise<Office> {
  const { id } = await client.beta.environments.create({
    name: 'own',
    config: { type: 'self_hosted' },
  })
  const made = await server.request(`/palimpsest/v1/environments/${id}/keys`, {
    method: 'POST',
    body: { name: 'worker' },
  })
  const workdir = await mkdtemp(join(tmpdir(), 'palimpsest-worker-'))
  return {
    environmentId: id,
    workdir,
    key: (made.json as { readonly secret: string }).secret,
    [Symbol.asyncDispose]: () => rm(workdir, { recursive: true, force: true }),
  }
}

/** The worker of npm, running until it is disposed of. */
function startWorker({ environmentId, key, workdir }: Office): AsyncDisposable {
  const stop = new AbortController()
  const own = new Anthropic({ baseURL: server.url, authToken: key, apiKey: null })
  const worker: EnvironmentWorker = own.beta.environments.work.worker({
    environmentId,
    environmentKey: key,
    workdir,
  })
  const running = worker.run(stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

async function newStore(name: string) {
  stores += 1
  return client.beta.memoryStores.create({ name: `${name} ${process.pid} ${stores}` })
}

function newSession(
  environmentId: string,
  resources: readonly [string, 'read_only' | 'read_write'][],
) {
  return client.beta.sessions.create({
    agent: agentId,
    environment_id: environmentId,
    resources: resources.map(([id, access]) => ({
      type: 'memory_store',
      memory_store_id: id,
      access,
    })),
  })
}

describe.skipIf(missing !== undefined)('the official worker', () => {
  beforeAll(async () => {
    server = await startTestServer(await temporaryPlace(), { flags: { model: 'demo' } })
    client = new Anthropic({ baseURL: server.url, apiKey: server.operatorSecret })
    const tools = [{ type: 'agent_toolset_20260401' as const }]
    const model = 'claude-sonnet-5-5'
    agentId = (await client.beta.agents.create({ name: 'notes', model, tools })).id
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('[R-S1.6-8] serves turns, and memory is there when the turn is over', async () => {
    await using office = await openOffice()
    await using _worker = startWorker(office)
    const [mine, read] = [await newStore('Mine'), await newStore('Read')]
    await client.beta.memoryStores.memories.create(read.id, {
      path: '/rules.md',
      content: 'Be kind.\n',
    })
    const resources = [
      [mine.id, 'read_write'],
      [read.id, 'read_only'],
    ] as [string, 'read_only' | 'read_write'][]
    const session = await newSession(office.environmentId, resources)
    const turn = await client.beta.sessions.turns.create(session.id, {
      input: "Remember: Maya's colour is #0E7A4F.",
    })
    expect(turn).toMatchObject({ status: 'completed', memory: { pending: false } })
    expect(turn.memory.changed).toMatchObject([{ memory_store_id: mine.id, operation: 'created' }])
    const versions = await client.beta.memoryStores.memoryVersions.list(mine.id)
    expect(versions.data[0]?.created_by).toEqual({ type: 'session_actor', session_id: session.id })
    const fresh = await newSession(office.environmentId, resources)
    const input = "What is Maya's colour?"
    const recalled = await client.beta.sessions.turns.create(fresh.id, { input })
    expect(recalled.output.at(-1)?.content[0]?.text).toContain('#0E7A4F')
    const again = await client.beta.sessions.turns.create(session.id, { input })
    expect(again.output.at(-1)?.content[0]?.text).toContain('#0E7A4F')
    expect((await client.beta.sessions.retrieve(session.id)).status).toBe('idle')
  }, 120_000)

  test('[R-S1.6-9] another worker takes over when one was killed before it began', async () => {
    await using office = await openOffice()
    const store = await newStore('Kept')
    const session = await newSession(office.environmentId, [[store.id, 'read_write']])
    const asked = client.beta.sessions.turns.create(session.id, {
      input: 'Remember: the key is K-17.',
    })
    const own = new Anthropic({ baseURL: server.url, authToken: office.key, apiKey: null })
    let taken: { readonly id: string } | null = null
    while (taken === null) {
      taken = await own.beta.environments.work.poll(office.environmentId, { block_ms: 500 })
    }
    // Handed out, never acknowledged: after the reclaim window it is handed out again.
    await using _worker = startWorker(office)
    const turn = await asked
    expect(turn).toMatchObject({ status: 'completed', memory: { pending: false } })
    expect(turn.memory.changed).toHaveLength(1)
  }, 120_000)

  test('[R-S1.6-10] archiving a session ends its worker cleanly, memory saved', async () => {
    await using office = await openOffice()
    await using _worker = startWorker(office)
    const store = await newStore('Archived')
    const session = await newSession(office.environmentId, [[store.id, 'read_write']])
    const turn = await client.beta.sessions.turns.create(session.id, {
      input: 'Remember: tea, not coffee.',
      wait_for_memory: false,
    })
    expect(turn.status).toBe('completed')
    await client.beta.sessions.archive(session.id)
    const found = async () => (await client.beta.memoryStores.memories.list(store.id)).data.length
    await expect.poll(found).toBeGreaterThan(0)
  }, 120_000)

  test('[R-S1.6-11] what changed on both sides is the server’s, and a deletion is carried out', async () => {
    await using office = await openOffice()
    await using _worker = startWorker(office)
    const store = await newStore('Shared')
    const { memories } = client.beta.memoryStores
    const old = await memories.create(store.id, { path: '/old.md', content: 'old\n' })
    const session = await newSession(office.environmentId, [[store.id, 'read_write']])
    const first = await client.beta.sessions.turns.create(session.id, { input: 'Remember: one.' })
    expect(first.memory.pending).toBe(false)
    await memories.delete(old.id, { memory_store_id: store.id })
    const [written] = (await memories.list(store.id)).data
    if (written?.type !== 'memory') throw new Error('nothing was written')
    await memories.update(written.id, { memory_store_id: store.id, content: 'by a person\n' })
    await client.beta.sessions.turns.create(session.id, { input: 'What is one?' })
    const all = await memories.list(store.id, { view: 'full' })
    expect(all.data.map((item) => (item.type === 'memory' ? item.content : ''))).toEqual([
      'by a person\n',
    ])
  }, 120_000)
})

if (missing !== undefined) {
  test.skipIf(process.env['CI'] !== 'true')(`needs ${missing}`, () => {
    throw new Error(`missing: ${missing}`)
  })
}
