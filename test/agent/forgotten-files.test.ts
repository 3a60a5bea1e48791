// Sessions keep files on the disk of the server. What is forgotten is in none of them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findSandbox } from '../../src/agent/sandbox/find-sandbox.ts'
import { connect, type RemoteApi } from '../../src/client/connect.ts'
import type { ReceiptDocument } from '../../src/domain/forget/receipt.ts'
import { sessionDirectory } from '../../src/server/session-directory.ts'
import { startFakeModel, type FakeModel } from '../support/fake-model.ts'
import { configOf, temporaryPlace } from '../support/in-process.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let model: FakeModel
let server: TestServer
let client: Anthropic
let api: RemoteApi
let directory: string

beforeAll(async () => {
  model = await startFakeModel()
  const place = await temporaryPlace()
  directory = sessionDirectory(configOf(place), 'sessions')
  const flags = { 'model-base-url': model.url, 'model-api-key': 'k', 'sandbox-memory': 'copy' }
  server = await startTestServer(place, { flags })
  client = new Anthropic({ baseURL: server.url, apiKey: server.operatorSecret })
  api = connect({ baseUrl: server.url, headers: { 'x-api-key': server.operatorSecret } })
})
afterAll(async () => {
  api[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

async function open() {
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
  return { storeId: store.id, sessionId: session.id }
}

/** A turn in which the agent uses a tool once. */
async function use(sessionId: string, tool: string, input: object): Promise<string> {
  model.script({ blocks: [{ tool, input }] }, { blocks: ['Done.'] })
  const turn = await api.createTurn({ sessionId, input: 'go on' })
  expect(turn.status).toBe('completed')
  return JSON.stringify(model.requests.at(-1)?.messages.at(-1))
}

const write = (sessionId: string, name: string, content: string) =>
  use(sessionId, 'write', { file_path: `/workspace/${name}`, content })

/** Files of a session on this machine that hold the text, or have it in their name. */
function filesWith(sessionId: string, text: string): string[] {
  const home = join(directory, sessionId)
  if (!existsSync(home)) return []
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, file: join(entry.parentPath, entry.name) }))
    .filter(({ entry, file }) => {
      return file.includes(text) || (entry.isFile() && readFileSync(file, 'utf8').includes(text))
    })
    .map(({ file }) => file)
}

async function forget(subject: object): Promise<ReceiptDocument> {
  const done = await api.forget({ subject })
  if (done.type !== 'receipt') throw new Error('expected a receipt')
  return JSON.parse(done.receipt.document) as ReceiptDocument
}

describe('scratch files', () => {
  test('go with the text, also where it is packed, and those of other sessions stay', async () => {
    const one = await open()
    const other = await open()
    await write(one.sessionId, 'a.txt', 'I am Ada')
    // Her name in a form that nobody finds: her session goes on to tell of her.
    await write(one.sessionId, 'packed', Buffer.from('I am Ada').toString('base64'))
    await write(other.sessionId, 'b.txt', 'I am Bob')
    const redacted = expect.arrayContaining([
      { place: 'session_files', owner: expect.any(String) as string, rows: [one.sessionId] },
    ]) as unknown
    const subject = { text: ['i am ada'] }
    expect(await api.forget({ subject, dryRun: true })).toMatchObject({ redacted })
    expect(filesWith(one.sessionId, 'Ada')).not.toEqual([])
    expect(await forget(subject)).toMatchObject({ redacted })
    expect(filesWith(one.sessionId, 'workspace')).toEqual([])
    expect(filesWith(other.sessionId, 'Bob')).not.toEqual([])
    // The session goes on, with an empty directory.
    expect(await use(one.sessionId, 'glob', { pattern: '/workspace/*' })).not.toContain('packed')
    await write(one.sessionId, 'c.txt', 'new')
    expect(filesWith(one.sessionId, 'new')).not.toEqual([])
    expect((await forget(subject)).counts).toMatchObject({ rows: 0 })
  })

  test('are looked into where nothing else of the session bears it', async () => {
    const { sessionId, storeId } = await open()
    const elsewhere = await open()
    await write(sessionId, 'a.txt', 'harmless')
    // As a program may leave it that says nothing.
    const left = join(directory, sessionId, 'workspace', 'left')
    writeFileSync(left, 'half of it, unspeakable')
    const narrow = { text: ['UNSPEAKABLE'], storeIds: [elsewhere.storeId] }
    expect((await forget(narrow)).redacted).toEqual([])
    expect(existsSync(left)).toBe(true)
    const { redacted } = await forget({ ...narrow, storeIds: [storeId] })
    expect(redacted).toMatchObject([{ place: 'session_files', rows: [sessionId] }])
    expect(existsSync(left)).toBe(false)
  })

  test('go with their session', async () => {
    const deleted = await open()
    const forgotten = await open()
    for (const { sessionId } of [deleted, forgotten]) await write(sessionId, 'a.txt', 'kept')
    await client.beta.sessions.delete(deleted.sessionId)
    expect(filesWith(deleted.sessionId, deleted.sessionId)).toEqual([])
    const { sessionId } = forgotten
    await client.beta.sessions.update(sessionId, { metadata: { user: '42' } })
    await forget({ metadata: { user: '42' } })
    expect(filesWith(sessionId, sessionId)).toEqual([])
  })
})

const sandbox = await findSandbox()

describe.skipIf('noneBecause' in sandbox)('copies of stores under a shell', () => {
  test('go at once, what the session keeps stays, and its next command has the store anew', async () => {
    const { storeId, sessionId } = await open()
    await api.createMemory({ storeId, path: '/of her.md', content: 'Her name is Ada' })
    await api.createMemory({ storeId, path: '/kept.md', content: 'kept' })
    const command = 'echo mine > /workspace/mine; cd /mnt/memory/notes; wc -l *'
    await use(sessionId, 'bash', { command })
    expect(filesWith(sessionId, 'name is Ada')).not.toEqual([])
    await forget({ text: ['name is ada'] })
    expect(filesWith(sessionId, 'name is Ada')).toEqual([])
    expect(filesWith(sessionId, 'mine')).not.toEqual([])
    const seen = await use(sessionId, 'bash', { command: 'ls /mnt/memory/notes /workspace' })
    expect(seen).toContain('kept.md')
    expect(seen).toContain('mine')
    expect(seen).not.toContain('her.md')
    expect((await api.listMemories({ storeId })).items).toMatchObject([{ path: '/kept.md' }])
  })

  test('go with a store that goes as a whole', async () => {
    const { storeId, sessionId } = await open()
    await api.createMemory({ storeId, path: '/of her.md', content: 'Her name is Ada' })
    await use(sessionId, 'bash', { command: 'echo mine > /workspace/mine' })
    expect(filesWith(sessionId, 'name is Ada')).not.toEqual([])
    const { kept } = await forget({ storeIds: [storeId] })
    expect(kept).toMatchObject([{ id: sessionId }])
    expect(filesWith(sessionId, 'name is Ada')).toEqual([])
    expect(filesWith(sessionId, 'mine')).not.toEqual([])
  })
})
