import type * as http from 'node:http'
import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type * as https from 'node:https'
import { attemptsMax as defaultAttemptsMax, isRetryable, retryDelayMs } from './retry.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * False where a second try after a lost answer could do the same thing twice; then only a
   * connection that was never made is tried again. Default true.
   */
  readonly isRepeatable?: boolean
}

export interface HttpAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /**
   * True when an earlier try was sent and its answer never came: this answer may then be about what
   * that try did.
   */
  readonly repeated: boolean
}

/** Sees every try, for `--debug`. */
export interface TransportObserver {
  sending(request: HttpRequest, attempt: number): void
  received(answer: HttpAnswer): void
}

/** HTTP to one or more servers over kept-alive connections, with retries. */
export interface Transport extends Disposable {
  /** Any status is an answer. @throws Error when no try got one */
  send(request: HttpRequest): Promise<HttpAnswer>
  /** One try, its body unread. */
  open(request: HttpRequest): Promise<IncomingMessage>
}

export interface TransportOptions {
  /** Requests under way at once; default 16. */
  readonly connectionsMax?: number
  readonly observer?: TransportObserver | undefined
  /** Tries of one request; default 3, as the official clients do. */
  readonly attemptsMax?: number
}

/** Longer than the server's longest wait for a change (60 s). */
const silenceMsMax = 120_000

export function openTransport(options: TransportOptions = {}): Transport {
  const agents = new Map<string, Agent>()
  const agentFor = (url: URL): Agent => {
    const known = agents.get(url.protocol)
    if (known !== undefined) return known
    const agent = new (httpModule(url).Agent)({
      keepAlive: true,
      maxSockets: options.connectionsMax ?? 16,
      proxyEnv: process.env,
    })
    agents.set(url.protocol, agent)
    return agent
  }
  return {
    send: (request) => sendWithRetries(request, agentFor(request.url), options),
    open: (request) => start(request, agentFor(request.url)),
    [Symbol.dispose]: () => {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/**
 * `import 'node:http'` reads all its exports, and some load a WebSocket client: 28 ms of a
 * command's start. Asked for this way it costs 3.
 */
function httpModule(url: URL): typeof http | typeof https {
  if (url.protocol === 'https:') return process.getBuiltinModule('node:https')
  return process.getBuiltinModule('node:http')
}

async function sendWithRetries(
  request: HttpRequest,
  agent: Agent,
  options: TransportOptions,
): Promise<HttpAnswer> {
  const { observer, attemptsMax = defaultAttemptsMax } = options
  let repeated = false
  for (let attempt = 1; ; attempt += 1) {
    observer?.sending(request, attempt)
    let headers: IncomingHttpHeaders = {}
    try {
      const answer = { ...(await sendOnce(request, agent)), repeated }
      observer?.received(answer)
      if (attempt === attemptsMax || !isRetryable(answer.status, answer.headers)) return answer
      headers = answer.headers
    } catch (error) {
      const isLost = !isRefused(error)
      if (attempt === attemptsMax || request.signal?.aborted) throw error
      if (isLost && request.isRepeatable === false) throw error
      repeated ||= isLost
    }
    await pause(retryDelayMs(headers, attempt), request.signal)
  }
}

/** The connection was never made, so the server cannot have done anything. */
function isRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isRefused)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
}

async function sendOnce(request: HttpRequest, agent: Agent) {
  const response = await start(request, agent)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  }
}

function start(request: HttpRequest, agent: Agent): Promise<IncomingMessage> {
  const { method, url, body, signal } = request
  const headers: Record<string, string | string[]> = { ...request.headers }
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
  else if (method === 'POST') headers['content-length'] = '0'
  return new Promise((resolve, reject) => {
    const outgoing = httpModule(url).request(url, { method, headers, agent })
    outgoing.once('response', (response) => {
      // Who reads it is told by the reading; cut off by the signal, it may have no reader any more.
      response.on('error', () => undefined)
      resolve(response)
    })
    outgoing.on('error', reject)
    outgoing.setTimeout(silenceMsMax, () => {
      outgoing.destroy(new Error(`no answer from ${url.origin} for ${silenceMsMax / 1_000} s`))
    })
    outgoing.end(body)
    if (signal !== undefined) endWith(signal, outgoing)
  })
}

/**
 * node:http's own `signal` destroys the socket with an error even when the answer is complete and
 * nobody listens to the socket any more, which ends the process.
 */
function endWith(signal: AbortSignal, outgoing: ClientRequest): void {
  let response: IncomingMessage | undefined
  const abort = () => {
    if (response === undefined) outgoing.destroy(new Error('aborted', { cause: signal.reason }))
    else response.destroy()
  }
  if (signal.aborted) return abort()
  signal.addEventListener('abort', abort, { once: true })
  outgoing.once('response', (incoming) => {
    response = incoming
  })
  outgoing.once('close', () => signal.removeEventListener('abort', abort))
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Why a request got no answer: Node hides it when several addresses of a host were tried. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  const isOtherProtocol = error instanceof Error && 'code' in error && error.code === 'EPROTO'
  if (isOtherProtocol) return 'it does not speak TLS: is its address http:// and not https://?'
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
