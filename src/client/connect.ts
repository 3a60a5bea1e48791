import type {
  Api,
  CreateMemoryInput,
  DeleteMemoryInput,
  Verb,
  WatchChangesInput,
  WatchStoresChangesInput,
} from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { Memory } from '../domain/memory/memory.ts'
import type { Change } from '../domain/memory/version.ts'
import type { Input, Output } from '../wire/endpoint.ts'
import { requestTarget } from '../wire/endpoint.ts'
import { betas } from '../wire/betas.ts'
import { betaFamilyOf, endpoints } from '../wire/endpoints.ts'
import { decodeError } from '../wire/error.ts'
import { readEvents } from './events.ts'
import { retryDelayMs } from './retry.ts'
import { openTransport, reasonOf, type HttpAnswer, type HttpRequest } from './transport.ts'
import type { Transport, TransportOptions } from './transport.ts'

/** A server of this API. */
export interface ServerAddress {
  /** With the path that its own paths follow, if any. */
  readonly baseUrl: string
  /** The credential, and a workspace where it reaches several. */
  readonly headers: Readonly<Record<string, string>>
}

/** An Api that is another process's; its connections stay open until it is disposed of. */
export type RemoteApi = Api & Disposable

/** Verbs that done twice would leave two of what was asked for, or fail the second time. */
const onceOnly: ReadonlySet<Verb> = new Set<Verb>([
  'createStore',
  'createKey',
  'createWorkspace',
  'applyBatch',
  'restore',
  'revert',
  'importHistory',
  'createAgent',
  'updateAgent',
  'createEnvironment',
  'createEnvironmentKey',
  'createSession',
  'sendEvents',
  'createTurn',
  'pollWork',
  'createWebhook',
  'rotateWebhookSecret',
  'testWebhook',
  'forget',
])

/**
 * Every verb over HTTP, on any server of this API; one that has only the official operations
 * answers the others with `not_found`. Verbs throw `DomainError`, also `unavailable` when no
 * answer came.
 */
export function connect(server: ServerAddress, options: TransportOptions = {}): RemoteApi {
  const { baseUrl, headers } = server
  const transport = openTransport(options)
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
  const remote: Remote = { transport, base, headers }
  const verbs = Object.keys(endpoints) as Verb[]
  const plain = Object.fromEntries(
    verbs.map((verb) => [verb, (input: Input<Verb>) => call(remote, verb, input)]),
  ) as unknown as Api
  return {
    ...plain,
    createMemory: (input) => createMemory(remote, input),
    deleteMemory: (input) => deleteMemory(remote, input),
    listChanges: ({ signal, ...input }) => call(remote, 'listChanges', input, signal),
    watchChanges: (input) => watchChanges(remote, input),
    listStoresChanges: ({ signal, ...input }) => call(remote, 'listStoresChanges', input, signal),
    watchStoresChanges: (input) => watchStoresChanges(remote, input),
    searchStore: ({ signal, ...input }) => call(remote, 'searchStore', input, signal),
    searchWorkspace: ({ signal, ...input }) => call(remote, 'searchWorkspace', input, signal),
    grepStore: ({ signal, ...input }) => call(remote, 'grepStore', input, signal),
    grepWorkspace: ({ signal, ...input }) => call(remote, 'grepWorkspace', input, signal),
    pollWork: ({ signal, ...input }) => call(remote, 'pollWork', input, signal),
    streamEvents: ({ signal, ...input }) => streamOnce(remote, 'streamEvents', input, signal),
    streamThreadEvents: ({ signal, ...input }) =>
      streamOnce(remote, 'streamThreadEvents', input, signal),
    streamBackup: ({ signal, ...input }) => streamOnce(remote, 'streamBackup', input, signal),
    streamVerification: ({ signal, ...input }) =>
      streamOnce(remote, 'streamVerification', input, signal),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  }
}

interface Remote {
  readonly transport: Transport
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
}

async function call<V extends Verb>(
  remote: Remote,
  verb: V,
  ...[input, signal]: [input: Input<V>, signal?: AbortSignal | undefined]
): Promise<Output<V>> {
  const answer = await send(remote, { ...requestOf(remote, verb, input), signal })
  return decode(verb, answer)
}

function requestOf<V extends Verb>(remote: Remote, verb: V, input: Input<V>): HttpRequest {
  const endpoint = endpoints[verb]
  const request = endpoint.toRequest(input)
  const family = betaFamilyOf(endpoint)
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  return {
    method: endpoint.method,
    url: new URL(requestTarget(endpoint, request).slice(1), remote.base),
    headers: {
      accept: endpoint.stream ? 'text/event-stream' : 'application/json',
      'anthropic-version': '2023-06-01',
      ...(family === undefined ? {} : { 'anthropic-beta': betas[family] }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...definedOf(request.headers ?? {}),
      ...remote.headers,
    },
    body,
    isRepeatable: !onceOnly.has(verb),
  }
}

function definedOf(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const known = Object.entries(headers).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  return Object.fromEntries(known)
}

async function send(remote: Remote, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await remote.transport.send(request)
  } catch (error) {
    if (request.signal?.aborted) throw error
    throw unreachableServer(request, error)
  }
}

function unreachableServer(request: HttpRequest, cause: unknown): DomainError {
  const message = `no answer from ${request.url.origin}: ${reasonOf(cause)}`
  return new DomainError({ code: 'unavailable', message }, { cause })
}

function decode<V extends Verb>(verb: V, answer: HttpAnswer): Output<V> {
  const json = parseOrUndefined(answer.body)
  if (answer.status >= 400) {
    throw new DomainError(decodeError(answer.status, json, answer.headers['retry-after']))
  }
  if (json === undefined) {
    throw new DomainError({ code: 'internal', message: 'the server sent no JSON' })
  }
  const workspaceId = answer.headers['anthropic-workspace-id']
  return endpoints[verb].decode(json, String(workspaceId ?? ''))
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** After a lost answer, a conflict with what that very request created is success. */
async function createMemory(remote: Remote, input: CreateMemoryInput): Promise<Memory> {
  const answer = await send(remote, requestOf(remote, 'createMemory', input))
  try {
    return decode('createMemory', answer)
  } catch (error) {
    if (!answer.repeated || !(error instanceof DomainError)) throw error
    const { problem } = error
    if (problem.code !== 'path_conflict' || problem.conflictingPath !== input.path) throw error
    const found = await call(remote, 'getMemory', {
      storeId: input.storeId,
      memoryId: problem.conflictingMemoryId,
      view: 'full',
    })
    if (found.content !== input.content) throw error
    return input.view === 'full' ? found : { ...found, content: undefined }
  }
}

/** After a lost answer, "not found" means that the first try did it. */
async function deleteMemory(remote: Remote, input: DeleteMemoryInput) {
  const answer = await send(remote, requestOf(remote, 'deleteMemory', input))
  try {
    return decode('deleteMemory', answer)
  } catch (error) {
    const isGone = error instanceof DomainError && error.code === 'not_found'
    if (answer.repeated && isGone) return { id: input.memoryId }
    throw error
  }
}

/** Goes on where it was when the connection breaks; ends with the signal or an error answer. */
async function* watchChanges(
  remote: Remote,
  { signal, ...input }: WatchChangesInput,
): AsyncGenerator<Change> {
  let after = input.after
  for (let failures = 0; !signal.aborted; failures += 1) {
    const position = after === undefined ? input : { ...input, after }
    const once = streamOnce(remote, 'watchChanges', position, signal)
    for await (const change of untilBroken(once, signal)) {
      failures = 0
      after = change.seq
      yield change
      if (change.kind === 'store_deleted' || signal.aborted) return
    }
    await pauseBeforeRetry(failures, signal)
  }
}

/** As `watchChanges`, with a place of its own in each store. */
async function* watchStoresChanges(
  remote: Remote,
  { signal, ...input }: WatchStoresChangesInput,
): AsyncGenerator<Change> {
  const places = new Map(input.stores.map(({ storeId, after }) => [storeId, after]))
  for (let failures = 0; !signal.aborted; failures += 1) {
    const stores = [...places].map(([storeId, after]) => ({ storeId, after }))
    const once = streamOnce(remote, 'watchStoresChanges', { stores }, signal)
    for await (const change of untilBroken(once, signal)) {
      failures = 0
      places.set(change.storeId, change.seq)
      yield change
      if (signal.aborted) return
    }
    await pauseBeforeRetry(failures, signal)
  }
}

/** Ends where the connection breaks; an answer that is an error is thrown. */
async function* untilBroken(
  changes: AsyncIterable<Change>,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  try {
    yield* changes
  } catch (error) {
    const isFinal = error instanceof DomainError && error.code !== 'unavailable'
    if (isFinal && !signal.aborted) throw error
  }
}

type StreamVerb =
  | 'watchChanges'
  | 'watchStoresChanges'
  | 'streamEvents'
  | 'streamThreadEvents'
  | 'streamBackup'
  | 'streamVerification'

/** One connection's worth of a stream: of a session it is all there is. */
async function* streamOnce<V extends StreamVerb>(
  remote: Remote,
  verb: V,
  ...[input, signal]: [input: Input<V>, signal: AbortSignal]
): AsyncGenerator<Output<V>> {
  const request = { ...requestOf(remote, verb, input), signal }
  const response = await remote.transport.open(request)
  const status = response.statusCode ?? 0
  if (status >= 400) {
    const text = await Array.fromAsync(response as AsyncIterable<Buffer>)
    throw new DomainError(decodeError(status, parseOrUndefined(Buffer.concat(text).toString())))
  }
  for await (const { event, data } of readEvents(response)) {
    if (event === 'error') throw new DomainError(decodeError(200, parseOrUndefined(data)))
    yield endpoints[verb].decode(JSON.parse(data), '')
  }
}

function pauseBeforeRetry(failures: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, retryDelayMs({}, failures + 1))
    signal.addEventListener('abort', end, { once: true })
    function end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
