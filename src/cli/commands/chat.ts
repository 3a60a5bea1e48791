import { createInterface } from 'node:readline'
import type { Api } from '../../api.ts'
import { connect } from '../../client/connect.ts'
import { loadConfig } from '../../config.ts'
import { DomainError } from '../../domain/errors.ts'
import { startServer } from '../../server.ts'
import { allStores, resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { Conversation } from '../conversation.ts'
import { connectionOptions, resolveServer } from '../credentials.ts'
import { lineFor } from '../print.ts'
import { err, isTerminal } from '../terminal.ts'

const defaultModel = 'claude-sonnet-5-5'
const toolset = 'agent_toolset_20260401'
/** Agent and environment are made once under this name and found again. */
const ownName = 'palimpsest chat'

export const command: Command = {
  name: 'chat',
  summary: 'Talk to an agent that has the memory of a store',
  usage: 'chat --store NAME [--read-only NAME]… [--model ID] [--local]',
  example: 'palimpsest chat --store notes',
  options: [
    {
      name: 'store',
      value: 'NAME',
      repeated: true,
      help: 'A store to remember in, by id or name; made when there is none',
    },
    { name: 'read-only', value: 'NAME', repeated: true, help: 'A store to read from' },
    { name: 'model', value: 'ID', help: `Model that the agent names; default ${defaultModel}` },
    { name: 'system', value: 'TEXT', help: 'System prompt of the agent' },
    { name: 'local', help: 'Run the agent in this process, on the data directory of this machine' },
    ...connectionOptions,
  ],
  details: `Reads messages line by line, from a terminal or a pipe, and prints the answers; what the agent
does with its memory goes to stderr. Ctrl-C interrupts an answer, Ctrl-D ends the chat. The server
needs a model: PALIMPSEST_MODEL_BASE_URL and PALIMPSEST_MODEL_API_KEY, or \`serve --model demo\`. With
--local, or where no server is known, this process serves for as long as the chat lasts.`,
  async run(args) {
    if (args.texts('store').length === 0 && args.texts('read-only').length === 0) {
      throw new UsageError('--store is missing: the store to remember in')
    }
    await using door = await openDoor(args)
    return await chat(door.api, args)
  },
}

interface Door extends AsyncDisposable {
  readonly api: Api
}

async function openDoor(args: Arguments): Promise<Door> {
  const flags = connectionFlags(args)
  const { baseUrl, apiKey, authToken } = flags
  const isNamed = [baseUrl, apiKey, authToken].some((value) => value !== undefined)
  if (!args.flag('local')) {
    try {
      const api = connect(resolveServer(flags))
      await api.whoAmI()
      return { api, [Symbol.asyncDispose]: async () => api[Symbol.dispose]() }
    } catch (error) {
      const isAbsent = error instanceof UsageError || isUnavailable(error)
      if (isNamed || !isAbsent) throw error
    }
  }
  return openOwnDoor()
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'unavailable'
}

/** A server in this process, over the data and the model that the environment names. */
async function openOwnDoor(): Promise<Door> {
  const flags = { port: '0', host: '127.0.0.1', 'log-level': 'error' }
  const { config } = loadConfig(flags, process.env)
  if (config.model === undefined && config['model-base-url'] === undefined) {
    throw new UsageError(
      'no server answers and this process has no model: set PALIMPSEST_MODEL_BASE_URL and ' +
        'PALIMPSEST_MODEL_API_KEY, or PALIMPSEST_MODEL=demo for the built-in one',
    )
  }
  // Whatever this process writes is its owner's alone, as with `serve`.
  process.umask(0o077)
  const server = await startServer(config)
  err(`palimpsest: serving for this chat (${server.storage}); model: ${server.model ?? 'none'}\n`)
  return { api: server.operator, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function chat(api: Api, args: Arguments): Promise<ExitCode> {
  // First, because a server without this model refuses it: then no store was made for nothing.
  const agentId = await findAgent(api, {
    model: args.text('model') ?? defaultModel,
    system: args.text('system'),
  })
  const resources = [
    ...(await attach(api, args.texts('store'), 'read_write')),
    ...(await attach(api, args.texts('read-only'), 'read_only')),
  ]
  const environmentId = await findEnvironment(api)
  const session = await api.createSession({ agent: agentId, environmentId, resources })
  for (const { mountPath, access } of session.stores) {
    err(`palimpsest: ${mountPath} (${access === 'read_only' ? 'read-only' : 'read-write'})\n`)
  }
  const isAtTerminal = isTerminal(process.stdin) && isTerminal(process.stderr)
  await converse(new Conversation(api, session.id), isAtTerminal)
  await api.archiveSession({ sessionId: session.id })
  return 0
}

async function attach(api: Api, names: readonly string[], access: string): Promise<object[]> {
  const resources: object[] = []
  for (const name of names) {
    const memoryStoreId = await findStore(api, name, access === 'read_write')
    resources.push({ type: 'memory_store', memoryStoreId, access })
  }
  return resources
}

async function findStore(api: Api, name: string, canMake: boolean): Promise<string> {
  const isThere = /^memstore_\w+$/.test(name) || (await hasStore(api, name))
  if (isThere || !canMake) return resolveStore(api, name)
  const { id } = await api.createStore({ name })
  err(`palimpsest: made the store ${lineFor(name)} (${id})\n`)
  return id
}

async function hasStore(api: Api, name: string): Promise<boolean> {
  for await (const store of allStores(api)) {
    if (store.name === name && store.archivedAt === undefined) return true
  }
  return false
}

async function findEnvironment(api: Api): Promise<string> {
  const { items } = await api.listEnvironments({ limit: 100 })
  const known = items.find(({ name, kind }) => name === ownName && kind === 'cloud')
  return (known ?? (await api.createEnvironment({ name: ownName }))).id
}

interface Wanted {
  readonly model: string
  readonly system: string | undefined
}

async function findAgent(api: Api, { model, system }: Wanted): Promise<string> {
  const { items } = await api.listAgents({ limit: 100 })
  const known = items.find((agent) => {
    return agent.name === ownName && agent.model.id === model && agent.system === system
  })
  const wanted = { name: ownName, model, tools: [{ type: toolset }] }
  return (known ?? (await api.createAgent(system === undefined ? wanted : { ...wanted, system })))
    .id
}

async function converse(conversation: Conversation, isAtTerminal: boolean): Promise<void> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: isAtTerminal,
    prompt: isAtTerminal ? '> ' : '',
  })
  let isAnswering = false
  lines.on('SIGINT', () => {
    if (!isAnswering) return lines.close()
    conversation.interrupt().catch(() => lines.close())
  })
  if (isAtTerminal) lines.prompt()
  for await (const line of lines) {
    if (line.trim() !== '') {
      isAnswering = true
      await conversation.say(line)
      isAnswering = false
    }
    if (isAtTerminal) lines.prompt()
  }
}
