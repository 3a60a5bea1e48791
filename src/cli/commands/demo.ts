import type { Api } from '../../api.ts'
import { isDirectory } from '../../domain/memory/memory.ts'
import type { Store } from '../../domain/memory/store.ts'
import { memoriesBelow } from '../address.ts'
import type { Command } from '../command.ts'
import { out, painter, wantsColour } from '../terminal.ts'
import { startThrowawayServer } from '../throwaway-server.ts'

const toolset = 'agent_toolset_20260401'

export const command: Command = {
  name: 'demo',
  summary: 'Show an agent that remembers across sessions, offline, with a built-in model',
  usage: 'demo',
  example: 'palimpsest demo',
  options: [],
  details: `Starts a server with data of its own, attaches a memory store to a session, tells the agent
something, and asks a fresh session about it; then empties the store and asks once more. The model
is "demo", which is built in: a few rules, no language model, no key, no network. Everything it
shows goes over HTTP and through the same code as with a real model, and is gone at the end.`,
  async run() {
    await using server = await startThrowawayServer({ model: 'demo', sandbox: 'off' })
    await tell(server.api, server.url)
    return 0
  },
}

const paint = painter(wantsColour(process.stdout))
const introduction =
  "Hi! I'm Maya from Acme Corp. We are a B2B fintech, we always ship in EU English (no Oxford " +
  'comma), and our brand color is #0E7A4F. Please remember this for next time.'
const question = 'Draft a 1-line release note for Maya.'
const standards =
  '# Output formatting\n- Always reply in Markdown.\n- Use ISO dates (YYYY-MM-DD).\n- Prefer SI units.\n'

async function tell(api: Api, url: string): Promise<void> {
  out('The model here is "demo": built in, a few rules, no language model.\n')
  step(1, 'A server', `on ${url}, with data of its own`)

  const store = await api.createStore({
    name: 'User Preferences',
    description: 'Per-user preferences, prior issues, and project context.',
  })
  step(2, 'A memory store', `"${store.name}" (${store.id})`)

  const seeded = { storeId: store.id, path: '/standards/formatting.md', content: standards }
  await api.createMemory(seeded)
  step(3, 'A file that is there from the start', seeded.path)

  const environment = await api.createEnvironment({ name: 'demo' })
  const agent = await api.createAgent({
    name: 'demo',
    model: 'demo',
    tools: [{ type: toolset }],
  })
  const cast = { agentId: agent.id, environmentId: environment.id, store }
  step(4, 'A session with the store attached', 'the agent is told something')
  const first = await turn(api, cast, introduction)

  step(5, 'What it wrote', 'each write is a version, signed by the session')
  await showHistory(api, store, first)

  step(6, 'A fresh session, the next day', 'nothing but the store connects the two')
  await turn(api, cast, question)

  step(7, 'What we know about Maya', 'as your own application would read it')
  await showMemories(api, store, '/users/maya/')

  for await (const memory of memoriesBelow(api, store.id, '/')) {
    await api.deleteMemory({ storeId: store.id, memoryId: memory.id })
  }
  step(8, 'The store emptied, and asked once more', 'so it was the store that remembered')
  await turn(api, cast, question)

  out(
    `\nThat was all of it. Next: ${paint('bold', 'palimpsest serve')}, and for a real model set\n` +
      'PALIMPSEST_MODEL_BASE_URL and PALIMPSEST_MODEL_API_KEY; `palimpsest chat --store NAME` talks to it.\n',
  )
}

function step(number: number, title: string, more: string): void {
  out(`\n${paint('bold', `${number}. ${title}`)} ${paint('dim', `— ${more}`)}\n`)
}

interface Cast {
  readonly agentId: string
  readonly environmentId: string
  readonly store: Store
}

/** One question to a session of its own. @returns the session's id */
async function turn(api: Api, cast: Cast, text: string): Promise<string> {
  const session = await api.createSession({
    agent: cast.agentId,
    environmentId: cast.environmentId,
    resources: [{ type: 'memory_store', memoryStoreId: cast.store.id, access: 'read_write' }],
  })
  out(`${paint('cyan', 'user ')} ${text}\n`)
  const { turn, changed } = await api.createTurn({ sessionId: session.id, input: text })
  await showTools(api, session.id)
  const answer = turn.result?.output.at(-1)?.content.map((block) => block.text) ?? []
  out(`${paint('green', 'agent')} ${answer.join('').replaceAll('\n', '\n      ')}\n`)
  for (const { operation, path } of changed) out(`      ${operation} ${path}\n`)
  return session.id
}

async function showTools(api: Api, sessionId: string): Promise<void> {
  const { items } = await api.listEvents({ sessionId, types: ['agent.tool_use'] })
  for (const { event } of items) {
    if (event.type !== 'agent.tool_use') continue
    const { file_path: file, path, pattern } = event.input
    const where = [pattern, file ?? path].filter((part) => typeof part === 'string').join('  ')
    out(`${paint('dim', `tool  ${event.name} ${where}`)}\n`)
  }
}

async function showHistory(api: Api, store: Store, sessionId: string): Promise<void> {
  const { items } = await api.listVersions({ storeId: store.id })
  for (const { operation, path, createdBy } of items) {
    const by = createdBy === sessionId ? 'the session above' : 'this program'
    out(`      ${operation} ${path ?? ''}  by ${by} (${createdBy ?? ''})\n`)
  }
}

async function showMemories(api: Api, store: Store, pathPrefix: string): Promise<void> {
  const { items } = await api.listMemories({ storeId: store.id, pathPrefix, view: 'full' })
  for (const item of items) {
    if (isDirectory(item)) continue
    const text = (item.content ?? '').trimEnd().replaceAll('\n', '\n      ')
    out(`      ${paint('bold', item.path)}\n      ${text}\n`)
  }
}
