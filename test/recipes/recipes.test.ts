// The scripts of docs/recipes as readers run them: processes of their own, against a real server.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import Anthropic from '@anthropic-ai/sdk'
import { addSession, noCost, noteCharacters, type Event } from '../../docs/recipes/token-cost.ts'
import { memoryNote } from '../../src/agent/memory-note.ts'
import type { AttachedStore } from '../../src/domain/session/session.ts'
import { startFakeModel } from '../support/fake-model.ts'
import { filesBelow, root } from '../support/imports.ts'
import { mainFile, runCli, runProgram } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

const recipe = (name: string) => join(root, 'docs', 'recipes', name)
let server: Served
let client: Anthropic

beforeAll(async () => {
  server = await serve({ model: 'demo', sandbox: 'off' })
  client = new Anthropic({ baseURL: server.url, apiKey: server.key })
})
afterAll(() => server[Symbol.asyncDispose]())

function script(name: string, args: readonly string[], env = server.env) {
  return runProgram([process.execPath, recipe(name), ...args], { env })
}

describe('a store for each tenant', () => {
  const say = (tenant: string, text: string) => script('store-per-tenant.ts', [tenant, text])

  async function storesOf(tenant: string) {
    const stores = await Array.fromAsync(client.beta.memoryStores.list())
    return stores.filter(({ metadata }) => metadata?.['tenant'] === tenant)
  }

  test('remembers for that tenant, and tells nobody else', async () => {
    const first = await say('acme', "I'm Maya. Please remember that we ship on Fridays.")
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect((await say('acme', 'When does Maya ship?')).stdout).toContain('Fridays')
    expect((await say('globex', 'When does Maya ship?')).stdout).toContain('I do not know')
    expect(await storesOf('acme')).toHaveLength(1)
    const [session] = await Array.fromAsync(client.beta.sessions.list({ include_archived: true }))
    expect(session).toMatchObject({ status: 'terminated', metadata: { tenant: 'globex' } })
  })

  test('is one store, also when four ask for it at once', async () => {
    const input = 'Remember: tea.'
    const said = await Promise.all(Array.from({ length: 4 }, () => say('initech', input)))
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const active = (await storesOf('initech')).filter(({ archived_at }) => !archived_at)
    expect(active).toHaveLength(1)
    expect((await say('initech', 'What about tea?')).stdout).toContain('tea')
  })

  test('without arguments it says how it is used', async () => {
    expect(await script('store-per-tenant.ts', [])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('usage'),
    })
  })
})

describe('summaries every night', () => {
  const long = `# Facts\n\n${'- A thing is so. It was said again.\n'.repeat(100)}`
  const program = `${process.execPath} ${mainFile}`
  const nightly = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const own = { SUMMARIZE_PROGRAM: program, SUMMARIZE_LONGER_THAN: '2kB' }
    return runProgram(['/bin/sh', recipe('nightly-summaries.sh'), ...args], {
      env: { ...server.env, PALIMPSEST_MODEL: 'demo', ...own, ...env },
    })
  }
  const newStore = async (name: string) => {
    const { id } = await client.beta.memoryStores.create({ name })
    await client.beta.memoryStores.memories.create(id, { path: '/facts.md', content: long })
    return id
  }
  const sizes = async (id: string) => {
    const { data } = await client.beta.memoryStores.memories.list(id)
    return data.map((item) => (item.type === 'memory' ? item.content_size_bytes : 0))
  }

  test('go through every store, print no texts, and find nothing to do the next night', async () => {
    const ids = [await newStore('One'), await newStore('Two')]
    const first = await nightly([])
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout.match(/^condensed /gm)).toHaveLength(2)
    expect(first.stdout + first.stderr).not.toContain('A thing is so')
    for (const id of ids) expect((await sizes(id))[0]).toBeLessThan(1_000)
    expect((await nightly([])).stdout).not.toContain('condensed')
  })

  test('go on after a store that failed, and end with the worst code', async () => {
    const id = await newStore('Three')
    const { code, stdout } = await nightly(['nobody has this', id])
    expect(code).toBe(3)
    expect(stdout).toContain('condensed /facts.md')
  })

  test('fail when the list of stores cannot be had', async () => {
    const env = { ANTHROPIC_API_KEY: 'plm-key_wrong' }
    expect((await nightly([], env)).code).toBe(5)
  })

  test('are a unit and a timer that systemd takes', ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-units-'))
    const unit = readFileSync(recipe('palimpsest-summaries.service'), 'utf8')
    const here = unit.replace('/usr/local/lib/palimpsest/', `${recipe('')}/`)
    const files = ['service', 'timer'].map((kind) => join(folder, `palimpsest-summaries.${kind}`))
    writeFileSync(files[0] ?? '', here)
    writeFileSync(files[1] ?? '', readFileSync(recipe('palimpsest-summaries.timer')))
    const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', ...files], {
      encoding: 'utf8',
    })
    if (error !== undefined) return skip('systemd is not installed')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

describe('what memory costs', () => {
  const baseline = { chunks: 5, chunkTokens: 400, dropsChunks: false }
  const options = { charactersPerToken: 4, baseline }

  const store = (access: 'read_only' | 'read_write', words: string): AttachedStore => ({
    storeId: 'memstore_1' as AttachedStore['storeId'],
    access,
    name: `Store ${words}`,
    description: words,
    instructions: words === '' ? undefined : words,
    mountPath: '/mnt/memory/store',
  })
  test.each([
    ['one store', [store('read_write', '')]],
    ['a described one', [store('read_write', 'What customers said, in their words.')]],
    ['only to read', [store('read_only', 'Rules of the house.')]],
    ['three', [store('read_write', 'a'), store('read_only', 'b'), store('read_write', 'c')]],
  ])('knows how long the note is: %s', (_what, stores) => {
    const exact = memoryNote(stores)?.length ?? 0
    const resources = stores.map((one) => ({ ...one, mount_path: one.mountPath }))
    expect(Math.abs(noteCharacters(resources as never) - exact)).toBeLessThan(exact * 0.02)
  })

  const start = { type: 'span.model_request_start', id: 's' }
  const end = (input: number, cached = 0): Event => ({
    type: 'span.model_request_end',
    id: 'e',
    model_usage: {
      input_tokens: input,
      output_tokens: 7,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: 0,
    },
  })
  const said = { type: 'agent.message', id: 'm', content: [{ type: 'text', text: 'Hello.' }] }
  const asked = { type: 'user.message', id: 'u', content: 'Hi' }
  const read = (path: string): Event => ({
    type: 'agent.tool_use',
    id: `call ${path}`,
    input: { file_path: path },
  })
  const result = (path: string, characters: number): Event => ({
    type: 'agent.tool_result',
    id: 'r',
    tool_use_id: `call ${path}`,
    content: [{ type: 'text', text: 'x'.repeat(characters) }],
  })

  test('counts a round trip in full, what it read in later turns, and chunks for each turn', () => {
    const cost = noCost()
    const file = '/mnt/memory/notes/a.md'
    const call = Math.round(JSON.stringify({ file_path: file }).length / 4)
    addSession(
      cost,
      {
        resources: [],
        events: [
          [asked, start, read(file), end(1_000), result(file, 4_000)],
          [start, said, end(2_100, 900)],
          [asked, start, said, end(3_500)],
        ].flat(),
      },
      options,
    )
    expect(cost).toMatchObject({ sessions: 1, turns: 2, requests: 3, input: 7_500, cached: 900 })
    expect(cost.memory).toEqual({
      calls: 1,
      requests: 1,
      output: call,
      note: 0,
      roundTrips: 3_000,
      texts: 1_000 + call,
      input: 4_000 + call,
    })
    // The first request of each turn; the round trip would not have been made.
    expect(cost.retrieval.input).toBe(2_000 + 4_000)
  })

  test('does not blame memory for other tools, nor for what a summary cut away', () => {
    const cost = noCost()
    const mine = '/mnt/memory/notes/a.md'
    const events = [
      [asked, start, read('/workspace/b'), read(mine), end(100)],
      [result('/workspace/b', 400), result(mine, 40), start, said, end(300)],
      [{ type: 'agent.thread_context_compacted', id: 'c' }],
      [asked, start, said, end(50)],
    ].flat()
    const dropping = { ...options, baseline: { ...baseline, dropsChunks: true } }
    addSession(cost, { resources: [], events }, dropping)
    expect(cost.memory).toMatchObject({ calls: 1, requests: 0, roundTrips: 0 })
    expect(cost.memory.texts).toBe(10 + cost.memory.output)
    expect(cost.retrieval.input).toBe(3 * 2_000)
  })

  test('reads the logs of real sessions, and compares in words and in JSON', async () => {
    await using model = await startFakeModel()
    await using own = await serve({ 'model-base-url': model.url, sandbox: 'off' })
    const there = new Anthropic({ baseURL: own.url, apiKey: own.key })
    const { id: storeId } = await there.beta.memoryStores.create({ name: 'Notes' })
    const content = 'x'.repeat(400)
    await there.beta.memoryStores.memories.create(storeId, { path: '/a.md', content })
    const tools = [{ type: 'agent_toolset_20260401' as const }]
    const agent = await there.beta.agents.create({ name: 'a', model: 'm', tools })
    const environment = await there.beta.environments.create({ name: 'e' })
    const session = await there.beta.sessions.create({
      agent: agent.id,
      environment_id: environment.id,
      resources: [{ type: 'memory_store', memory_store_id: storeId }],
    })
    const input = { file_path: '/mnt/memory/notes/a.md' }
    const usage = { input_tokens: 900, cache_read_input_tokens: 100 }
    model.script({ blocks: [{ tool: 'read', input }], usage }, { blocks: ['It is x.'], usage })
    await there.post(`/v1/sessions/${session.id}/turns`, { body: { input: 'What is a?' } })
    await there.beta.sessions.archive(session.id)
    const json = await script('token-cost.ts', ['--json', '--chunks', '3'], own.env)
    expect(json).toMatchObject({ code: 0, stderr: '' })
    const cost = JSON.parse(json.stdout) as ReturnType<typeof noCost>
    expect(cost).toMatchObject({
      sessions: 1,
      turns: 1,
      requests: 2,
      input: 2_000,
      cached: 200,
      memory: { calls: 1, requests: 1, roundTrips: 1_000 },
      retrieval: { input: 1_200 },
    })
    expect(cost.memory.note).toBeGreaterThan(300)
    const words = await script('token-cost.ts', [], own.env)
    expect(words.stdout).toContain('1 sessions, 1 turns, 2 model requests')
    expect(words.stdout).toMatch(/retrieval instead, input +2,000 {2}100\.0 %, 2,000 a turn/)
    const later = await script('token-cost.ts', ['--since', '2999-01-01'], own.env)
    expect(later.stdout).toContain('0 sessions')
    const wrong = await script('token-cost.ts', ['--since', 'yesterday-ish'], own.env)
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('--since must be') })
  })
})

test('every recipe is named by its page, and every command on a page exists', async () => {
  const files = filesBelow('docs/recipes').map((file) => file.slice('docs/recipes/'.length))
  const pages = files.filter((file) => file.endsWith('.md'))
  const texts = pages.map((file) => readFileSync(recipe(file), 'utf8')).join('\n')
  expect(pages.length).toBeGreaterThan(2)
  for (const file of files) {
    if (!file.endsWith('.md')) expect(texts).toContain(`(${file})`)
  }
  const used = new Set(
    Array.from(
      texts.matchAll(/^palimpsest ([a-z]+(?: (?:create|list))?)/gm),
      ([, name = '']) => name,
    ),
  )
  expect(used.size).toBeGreaterThan(4)
  for (const name of used) {
    const { code } = await runCli([...name.split(' '), '--help'])
    expect(`${name}: ${code}`).toBe(`${name}: 0`)
  }
})
