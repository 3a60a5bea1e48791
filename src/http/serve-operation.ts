import { needs, permitKind, type Api, type Verb } from '../api.ts'
import { searchNeeds } from '../api/search.ts'
import { permit, permitStore, type Caller } from '../domain/caller.ts'
import { DomainError, invalid, notFound } from '../domain/errors.ts'
import type { StoreId } from '../domain/ids.ts'
import type { Memory } from '../domain/memory/memory.ts'
import { parseTraceParent } from '../observe/traceparent.ts'
import { attributes } from '../observe/tracing.ts'
import { checkBetas } from '../wire/betas.ts'
import type { Body, Endpoint } from '../wire/endpoint.ts'
import { encodeHanded } from '../wire/work.ts'
import { encodeMemory } from '../wire/memory.ts'
import { checkWorkspace, readDoor, readSecret, unauthenticated } from './credential.ts'
import { followWork } from './follow-work.ts'
import { followSession } from './follow-session.ts'
import { followStore, followStores, pollStore, pollStores, type Live } from './follow-stores.ts'
import type { Exchange } from './exchange.ts'
import { checkEncoding, checkLength, parseObject, readBytes } from './read-body.ts'
import { clientClosed, report, sendJson, sendText } from './respond.ts'
import type { Match } from './routes.ts'
import type { ServerState } from './state.ts'

/**
 * One request to one operation, in the contract's order of checks (§2.9): credential, workspace and
 * role, beta header, size and syntax of the body, fields. What the store says comes from the verb.
 */
export async function serveOperation(
  state: ServerState,
  exchange: Exchange,
  match: Match,
): Promise<void> {
  const endpoint = chooseEndpoint(exchange, match)
  exchange.operation = endpoint.verb
  startSpan(state, exchange, match)
  const secret = readSecret(exchange.request.headers)
  const caller = await identify(state, exchange, secret)
  permitVerb(caller, endpoint.verb, match.params)
  checkHeaders(state, exchange, match)
  const body = endpoint.method === 'POST' ? await readObject(state, exchange, endpoint) : undefined
  const { params, search } = match
  const headers = namedHeaders(exchange)
  const input: unknown = endpoint.toInput({ params, search, body, headers })
  checkIds(params)
  const api = state.options.bind(caller)
  const live = liveOperations[endpoint.verb]
  if (live !== undefined) return live(state, exchange, { api, input, secret })
  if (endpoint.stream && endpoint.method === 'POST')
    return followWork(state, exchange, { api, input, secret, endpoint })
  if (endpoint.stream)
    return followSession(state, exchange, { api, input, secret, verb: endpoint.verb })
  if (endpoint.verb in searchNeeds) return stoppable(state, exchange, { api, input, endpoint })
  const output = await call(api, endpoint.verb, input)
  if (exchange.span !== undefined) nameCreated(exchange, endpoint, output)
  sendText(state, exchange, textOf(endpoint, output))
}

type LiveOperation = (state: ServerState, exchange: Exchange, live: Live) => Promise<void>

/** Operations that wait for something: they end early when the client leaves or the key goes. */
const liveOperations: Partial<Record<Verb, LiveOperation>> = {
  listChanges: pollStore,
  watchChanges: followStore,
  listStoresChanges: pollStores,
  watchStoresChanges: followStores,
  pollWork,
}

/**
 * Texts of memories that were answered before. An engine that keeps what it read freezes it and
 * hands out the very same object; spelling 4 kB of content as JSON costs as much as all else here.
 */
const memoryTexts = new WeakMap<object, string>()

function textOf(endpoint: Endpoint, output: unknown): string {
  if (endpoint.verb !== 'getMemory') return JSON.stringify(endpoint.encode(output as never))
  const memory = output as Memory
  const known = memoryTexts.get(memory)
  if (known !== undefined) return known
  const text = JSON.stringify(encodeMemory(memory))
  if (Object.isFrozen(memory)) memoryTexts.set(memory, text)
  return text
}

/**
 * The caller behind the credential. @throws DomainError `unauthenticated`, `forbidden`, `invalid`
 */
export async function identify(
  state: ServerState,
  exchange: Exchange,
  secret: string,
): Promise<Caller> {
  const { headers } = exchange.request
  const principal = await state.options.authenticate(secret)
  if (principal === undefined) throw unauthenticated('invalid API key')
  const caller: Caller = { ...principal, door: readDoor(headers), requestId: exchange.requestId }
  exchange.caller = caller
  checkWorkspace(headers, caller.workspaceId)
  return caller
}

function chooseEndpoint({ request }: Exchange, { route }: Match): Endpoint {
  // A stream has nothing to say to HEAD, and would never end.
  if (route.stream === undefined || request.method === 'HEAD') return route.endpoint
  return request.headers.accept?.includes('text/event-stream') ? route.stream : route.endpoint
}

/** Asked before the body is read; the verb asks again, and is the one that decides. */
function permitVerb(caller: Caller, verb: Verb, params: Match['params']): void {
  permitKind(caller, verb)
  const storeId = params['memory_store_id']
  if (caller.worker !== undefined && storeId === undefined) return
  if (caller.stores === undefined) permit(caller, needs[verb])
  else if (storeId !== undefined) permitStore(caller, storeId as StoreId, needs[verb])
}

/**
 * What the hosted service asks of the headers. The operations of memory ignore the version.
 * @throws DomainError `not_found`, `invalid`
 */
function checkHeaders(state: ServerState, exchange: Exchange, { route }: Match): void {
  const { betaFamily: family } = route
  if (family === undefined) return
  const isStrict = state.options.strictHeaders ?? false
  const problem = checkBetas(betasOf(exchange), { family, isStrict })
  if (problem !== undefined) throw new DomainError(problem)
  if (family === 'agents' && isStrict && !exchange.request.headers['anthropic-version']) {
    throw invalid('anthropic-version', 'must be there')
  }
}

function betasOf({ request }: Exchange): string | undefined {
  const header = request.headers['anthropic-beta']
  return typeof header === 'string' ? header : header?.join(',')
}

/** The few headers that an operation reads itself. */
function namedHeaders({ request }: Exchange): Readonly<Record<string, string | undefined>> {
  const names = ['idempotency-key', 'anthropic-worker-id'] as const
  return Object.fromEntries(names.map((name) => [name, firstText(request.headers[name])]))
}

function firstText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header.slice(0, 255) : undefined
}

/** The checked body of a POST, which an operation without one may leave out. */
async function readObject(
  state: ServerState,
  exchange: Exchange,
  endpoint: Endpoint,
): Promise<Body | undefined> {
  const { request, response } = exchange
  checkLength(request, state.limits.bodyBytesMax)
  checkEncoding(request)
  if (exchange.awaitsContinue) {
    exchange.awaitsContinue = false
    response.writeContinue()
  }
  const bytes = await readBytes(request, state.limits.bodyBytesMax)
  if (bytes === undefined) {
    if (endpoint.body === undefined) return undefined
    throw invalid('body', 'must be a JSON object')
  }
  const body = parseObject(bytes)
  state.checkOf(endpoint)(body)
  return body
}

/** What cannot be an id names nothing (U6), and need not travel further. */
function checkIds(params: Match['params']): void {
  for (const name in params) {
    if (!/^[\w-]+$/.test(params[name] ?? '')) throw notFound(spoken[name] ?? 'id')
  }
}

const spoken: Readonly<Record<string, string>> = {
  agent_id: 'agent',
  environment_id: 'environment',
  session_id: 'session',
  thread_id: 'thread',
  turn_id: 'turn',
  work_id: 'work',
  memory_store_id: 'memory store',
  memory_id: 'memory',
  memory_version_id: 'memory version',
  key_id: 'key',
  webhook_id: 'webhook',
  delivery_id: 'delivery',
}

type Call = (input: unknown) => Promise<unknown>

/**
 * The table ties each verb to its own input and output; here, where any verb may come, they are
 * unknown.
 */
function call(api: Api, verb: Verb, input: unknown): Promise<unknown> {
  return (api[verb] as Call).call(api, input)
}

async function pollWork(state: ServerState, exchange: Exchange, wait: Live): Promise<void> {
  const controller = new AbortController()
  exchange.response.once('close', () => controller.abort())
  const input = wait.input as Parameters<Api['pollWork']>[0]
  // Nobody would take what is handed out to a worker that left.
  const handed = await wait.api.pollWork({ ...input, signal: controller.signal })
  sendJson(state, exchange, encodeHanded(handed))
}

interface Asked {
  readonly api: Api
  readonly input: unknown
  readonly endpoint: Endpoint
}

/** What nobody waits for any more is given up. */
async function stoppable(state: ServerState, exchange: Exchange, asked: Asked): Promise<void> {
  const { api, input, endpoint } = asked
  const controller = new AbortController()
  exchange.response.once('close', () => controller.abort())
  const { signal } = controller
  try {
    const output = await call(api, endpoint.verb, { ...(input as object), signal })
    sendText(state, exchange, textOf(endpoint, output))
  } catch (error) {
    if (!signal.aborted) throw error
    report(state, exchange, clientClosed)
  }
}

function startSpan(state: ServerState, exchange: Exchange, { route, params }: Match): void {
  const { tracing } = state.options
  if (tracing === undefined) return
  const { request, requestId } = exchange
  const traceparent = request.headers['traceparent']
  exchange.parent = parseTraceParent(typeof traceparent === 'string' ? traceparent : undefined)
  const path = route.endpoint.path.replace(/:(\w+)/g, '{$1}')
  const known: Record<string, string> = {
    [attributes.method]: request.method ?? '',
    [attributes.route]: path,
    [attributes.requestId]: requestId,
  }
  for (const [name, attribute] of Object.entries(idAttributes)) {
    const id = params[name]
    if (id !== undefined) known[attribute] = id
  }
  exchange.span = tracing.start({
    name: `${request.method} ${path}`,
    parent: exchange.parent,
    attributes: known,
  })
}

const idAttributes = {
  memory_store_id: attributes.store,
  memory_id: attributes.memory,
  memory_version_id: attributes.version,
}

/** What was created has an id only afterwards. */
function nameCreated(exchange: Exchange, { verb }: Endpoint, output: unknown): void {
  const { id } = output as { id?: string }
  if (id === undefined) return
  if (verb === 'createStore') exchange.span?.set({ [attributes.store]: id })
  if (verb === 'createMemory') exchange.span?.set({ [attributes.memory]: id })
}
