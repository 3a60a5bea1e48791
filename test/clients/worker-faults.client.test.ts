// The official worker, unmodified, in processes that are killed, frozen and cut off, over a server
// that is killed too. The model is scripted; the tools and the worker are real.
import Anthropic from '@anthropic-ai/sdk'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import '../../clients/typescript/turns.mjs'
import type { Turn } from '../../clients/typescript/turns.mjs'
import { startCutProxy } from '../support/cut-proxy.ts'
import { startFakeModel, type FakeModel } from '../support/fake-model.ts'
import {
  firstKeyIn,
  makeHome,
  startServe,
  type Home,
  type ServeProcess,
} from '../support/serve-process.ts'
import { missingForWorkers, startWorkerProcess } from '../support/worker-process.ts'

const missing = missingForWorkers()
const tools = [{ type: 'agent_toolset_20260401' as const }]

type Access = 'read_only' | 'read_write'

describe.skipIf(missing !== undefined)('the official worker', () => {
  let model: FakeModel
  let home: Home
  let server: ServeProcess
  let client: Anthropic
  let folder: string
  let agentId: string
  let environmentId: string
  let key: string
  let stores = 0

  /** No ordinary step lasts as long as the shorter lease; the longer one outlives every test. */
  const leases = { toRunOut: 8, toLast: 120 }
  const flags = (leaseSeconds: number) => [
    '--model-base-url',
    model.url,
    '--work-lease-seconds',
    String(leaseSeconds),
  ]

  beforeAll(async () => {
    model = await startFakeModel()
    home = await makeHome()
    server = await startServe(home, flags(leases.toRunOut))
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-runs-'))
    client = new Anthropic({ baseURL: server.url, apiKey: firstKeyIn(server.output()) })
    agentId = (await client.beta.agents.create({ name: 'worker', model: 'm', tools })).id
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    const config = { type: 'self_hosted' as const }
    environmentId = (await client.beta.environments.create({ name: 'own', config })).id
    const made: { readonly secret: string } = await client.post(
      `/palimpsest/v1/environments/${environmentId}/keys`,
      { body: { name: 'worker' } },
    )
    key = made.secret
  })

  const restart = async (leaseSeconds: number) => {
    await server.kill()
    const { port } = new URL(server.url)
    server = await startServe(home, [...flags(leaseSeconds), '--port', port])
  }

  const startWorker = (url = server.url) => startWorkerProcess({ url, environmentId, key })

  /** A store, and where the worker mounts it. */
  async function newStore(name: string) {
    stores += 1
    const { id } = await client.beta.memoryStores.create({ name: `${name} ${stores}` })
    return { id, path: `/mnt/memory/${name.toLowerCase()}-${stores}` }
  }

  async function newSession(resources: readonly (readonly [string, Access])[]) {
    const { id } = await client.beta.sessions.create({
      agent: agentId,
      environment_id: environmentId,
      resources: resources.map(([id, access]) => {
        return { type: 'memory_store', memory_store_id: id, access }
      }),
    })
    return id
  }

  const bash = (command: string) => ({ blocks: [{ tool: 'bash', input: { command } }] })

  /** A file outside of every worker, which tools write to. */
  let files = 0
  const newFile = () => join(folder, `file-${(files += 1)}`)
  /** Waits in a tool until the test says so. */
  const untilGo = (file: string) => `until [ -e ${file}.go ]; do sleep 0.05; done`
  const linesOf = (file: string) =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

  async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      if (await holds()) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`waited in vain until ${what}`)
  }

  async function eventsOf(sessionId: string) {
    return Array.fromAsync(client.beta.sessions.events.list(sessionId))
  }

  /** Every call with the texts of its answers: one each, or something was lost or done twice. */
  async function answersIn(sessionId: string): Promise<string[][]> {
    const events = await eventsOf(sessionId)
    const calls = events.filter(({ type }) => type === 'agent.tool_use')
    return calls.map(({ id }) =>
      events.flatMap((event) => {
        if (event.type !== 'user.tool_result' || event.tool_use_id !== id) return []
        return [(event.content ?? []).map((one) => ('text' in one ? one.text : '')).join('')]
      }),
    )
  }

  async function memories(id: string): Promise<Record<string, string>> {
    const { data } = await client.beta.memoryStores.memories.list(id, { view: 'full' })
    return Object.fromEntries(
      data.flatMap((item) => (item.type === 'memory' ? [[item.path, item.content ?? '']] : [])),
    )
  }

  const ask = (sessionId: string, input: string): Promise<Turn> =>
    client.beta.sessions.turns.create(sessionId, { input })

  test('[R-S1.6-12] killed in a tool: another takes over, and what was answered is not repeated', async () => {
    const store = await newStore('Killed')
    const sessionId = await newSession([[store.id, 'read_write']])
    const [first, second] = [newFile(), newFile()]
    model.script(
      bash(`echo run >> ${first}; echo first`),
      bash(
        `echo run >> ${second}; [ $(wc -l < ${second}) -gt 1 ] || sleep 600; ` +
          `echo kept > ${store.path}/a.md; echo second`,
      ),
      { blocks: ['Done.'] },
    )
    await using killed = await startWorker()
    const turn = ask(sessionId, 'Go.')
    await until(() => linesOf(second).length === 1, 'the second tool ran')
    await killed.kill()
    await using _other = await startWorker()
    expect(await turn).toMatchObject({ status: 'completed', memory: { pending: false } })
    expect(await answersIn(sessionId)).toEqual([['first'], ['second']])
    // The first was answered; the second was not, and nobody can know that it had begun.
    expect([linesOf(first).length, linesOf(second).length]).toEqual([1, 2])
    expect(await memories(store.id)).toEqual({ '/a.md': 'kept\n' })
    const versions = await client.beta.memoryStores.memoryVersions.list(store.id)
    expect(versions.data.map(({ created_by }) => created_by)).toEqual([
      { type: 'session_actor', session_id: sessionId },
    ])
  }, 150_000)

  test('[R-S1.6-13] frozen beyond its lease: its late answer is refused, and nobody is disturbed', async () => {
    const store = await newStore('Frozen')
    const sessionId = await newSession([[store.id, 'read_write']])
    const file = newFile()
    model.script(
      bash(
        `echo run >> ${file}; n=$(wc -l < ${file}); [ $n -gt 1 ] || ${untilGo(file)}; ` +
          `echo "by $n" > ${store.path}/who.md; cat ${store.path}/who.md`,
      ),
      { blocks: ['Done.'] },
      bash(`cat ${store.path}/who.md`),
      { blocks: ['Done.'] },
    )
    await using frozen = await startWorker()
    const turn = ask(sessionId, 'Go.')
    await until(() => linesOf(file).length === 1, 'the tool ran')
    frozen.freeze()
    await using _other = await startWorker()
    expect(await turn).toMatchObject({ status: 'completed', memory: { pending: false } })
    writeFileSync(`${file}.go`, '')
    frozen.thaw()
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(await answersIn(sessionId)).toEqual([['by 2']])
    expect(await memories(store.id)).toEqual({ '/who.md': 'by 2\n' })
    expect(await ask(sessionId, 'Who?')).toMatchObject({ status: 'completed' })
    expect(await answersIn(sessionId)).toEqual([['by 2'], ['by 2']])
  }, 150_000)

  test('[R-S1.6-14] cut off in a tool: it comes back, and the tool ran once', async () => {
    await restart(leases.toLast)
    const store = await newStore('Cut')
    const sessionId = await newSession([[store.id, 'read_write']])
    const file = newFile()
    await using proxy = await startCutProxy(server.url)
    await using _worker = await startWorker(proxy.url)
    model.script(
      bash(`echo run >> ${file}; ${untilGo(file)}; echo kept > ${store.path}/a.md; echo done`),
      bash(`echo run >> ${file}; cat ${store.path}/a.md`),
      { blocks: ['Done.'] },
    )
    const turn = ask(sessionId, 'Go.')
    await until(() => linesOf(file).length === 1, 'the tool ran')
    expect(proxy.cut()).toBeGreaterThan(0)
    writeFileSync(`${file}.go`, '')
    expect(await turn).toMatchObject({ status: 'completed', memory: { pending: false } })
    expect(await answersIn(sessionId)).toEqual([['done'], ['kept']])
    expect(linesOf(file)).toHaveLength(2)
    expect(await memories(store.id)).toEqual({ '/a.md': 'kept\n' })
  }, 150_000)

  test('[R-S1.6-14] the server killed in a tool: started again, the turn ends as if nothing was', async () => {
    await restart(leases.toLast)
    const store = await newStore('Restarted')
    const sessionId = await newSession([[store.id, 'read_write']])
    const file = newFile()
    await using _worker = await startWorker()
    // It ends once the server is back.
    model.script(
      bash(`echo run >> ${file}; ${untilGo(file)}; echo kept > ${store.path}/a.md; echo done`),
      {
        blocks: ['Done.'],
      },
    )
    const content = [{ type: 'text' as const, text: 'Go.' }]
    await client.beta.sessions.events.send(sessionId, {
      events: [{ type: 'user.message', content }],
    })
    await until(() => linesOf(file).length === 1, 'the tool ran')
    await restart(leases.toLast)
    writeFileSync(`${file}.go`, '')
    const ended = async () => {
      const last = (await eventsOf(sessionId)).at(-1)
      return last?.type === 'session.status_idle' && last.stop_reason.type === 'end_turn'
    }
    await until(ended, 'the turn was over')
    expect(await answersIn(sessionId)).toEqual([['done']])
    expect(linesOf(file)).toHaveLength(1)
    const saved = async () => Object.keys(await memories(store.id)).length > 0
    await until(saved, 'the memory was saved')
    expect(await memories(store.id)).toEqual({ '/a.md': 'kept\n' })
  }, 150_000)

  test('[R-S1.6-11] changes and deletions of both sides meet: the store’s win, none is lost', async () => {
    const store = await newStore('Both')
    const { memories: api } = client.beta.memoryStores
    const put = (path: string, content: string) => api.create(store.id, { path, content })
    const [ours, theirs, both] = [
      await put('/ours.md', 'old\n'),
      await put('/theirs.md', 'old\n'),
      await put('/both.md', 'old\n'),
    ]
    await put('/gone.md', 'old\n')
    const revived = await put('/revived.md', 'old\n')
    const sessionId = await newSession([[store.id, 'read_write']])
    const file = newFile()
    model.script(
      bash(
        `cd ${store.path}; echo mine > ours.md; echo mine > both.md; rm gone.md; ` +
          `echo mine > revived.md; mkdir -p new; echo mine > new/n.md; ` +
          `echo run > ${file}; ${untilGo(file)}`,
      ),
      { blocks: ['Done.'] },
    )
    await using _worker = await startWorker()
    const turn = ask(sessionId, 'Go.')
    await until(() => linesOf(file).length === 1, 'the tool ran')
    const update = (memory: { readonly id: string }, content: string) =>
      api.update(memory.id, { memory_store_id: store.id, content })
    await update(theirs, 'theirs\n')
    await update(both, 'theirs\n')
    await api.delete(revived.id, { memory_store_id: store.id })
    await put('/other.md', 'theirs\n')
    writeFileSync(`${file}.go`, '')
    const { memory } = await turn
    expect(memory.pending).toBe(false)
    expect(await memories(store.id)).toEqual({
      '/ours.md': 'mine\n',
      '/theirs.md': 'theirs\n',
      '/both.md': 'theirs\n',
      '/revived.md': 'mine\n',
      '/new/n.md': 'mine\n',
      '/other.md': 'theirs\n',
    })
    const changed = memory.changed.filter((one) => one.memory_store_id === store.id)
    expect(changed.map(({ operation, path }) => `${operation} ${path}`).sort()).toEqual([
      'created /new/n.md',
      'created /revived.md',
      'deleted /gone.md',
      'modified /ours.md',
    ])
    expect((await api.retrieve(ours.id, { memory_store_id: store.id })).content).toBe('mine\n')
  }, 150_000)

  test('[R-S1.6-15] a read-only store says so to the file tools, and keeps what bash does to itself', async () => {
    const store = await newStore('Rules')
    const mine = await newStore('Mine')
    const { memories: api } = client.beta.memoryStores
    const kept = await api.create(store.id, { path: '/style.md', content: 'short\n' })
    await api.create(store.id, { path: '/old.md', content: 'old\n' })
    const sessionId = await newSession([
      [store.id, 'read_only'],
      [mine.id, 'read_write'],
    ])
    const write = { file_path: `${store.path}/x.md`, content: 'x' }
    const edit = { file_path: `${store.path}/style.md`, old_string: 'short', new_string: 'long' }
    model.script(
      { blocks: [{ tool: 'write', input: write }] },
      { blocks: [{ tool: 'edit', input: edit }] },
      bash(`cd ${store.path}; echo x > bash.md; echo x >> style.md; rm old.md; echo done`),
      { blocks: [{ tool: 'write', input: { ...write, file_path: `${mine.path}/y.md` } }] },
      { blocks: ['Done.'] },
    )
    await using _worker = await startWorker()
    const turn = await ask(sessionId, 'Go.')
    expect(turn).toMatchObject({ status: 'completed', memory: { pending: false } })
    const [written, edited, shell] = await answersIn(sessionId)
    expect(written?.[0]).toMatch(/is inside read-only directory/)
    expect(edited?.[0]).toMatch(/is inside read-only directory/)
    expect(shell).toEqual(['done'])
    expect(await memories(store.id)).toEqual({ '/style.md': 'short\n', '/old.md': 'old\n' })
    expect(await memories(mine.id)).toEqual({ '/y.md': 'x' })
    const versions = await client.beta.memoryStores.memoryVersions.list(store.id)
    expect(versions.data).toHaveLength(2)
    expect((await api.retrieve(kept.id, { memory_store_id: store.id })).content).toBe('short\n')
  }, 150_000)
})

if (missing !== undefined) {
  test.skipIf(process.env['CI'] !== 'true')(`needs ${missing}`, () => {
    throw new Error(`missing: ${missing}`)
  })
}
