import { DomainError, type Problem } from '../domain/errors.ts'
import { parseTraceParent } from '../observe/traceparent.ts'
import { attributes } from '../observe/tracing.ts'
import { encodeError, type ErrorAnswer } from '../wire/error.ts'
import type { Exchange } from './exchange.ts'
import { Disconnected } from './read-body.ts'
import type { ServerState } from './state.ts'

const jsonType = 'application/json'

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export function sendJson(state: ServerState, exchange: Exchange, value: unknown): void {
  sendText(state, exchange, JSON.stringify(value))
}

/** @param body the text of a JSON value */
export function sendText(state: ServerState, exchange: Exchange, body: string): void {
  send(state, exchange, { status: 200, contentType: jsonType, body })
}

/** Not a status that is sent: it says in log and metrics that the client left first. */
export const clientClosed = 499

/** Answers whatever was thrown: a problem by the table, anything else as an internal error. */
export function sendFailure(state: ServerState, exchange: Exchange, error: unknown): void {
  if (error instanceof Disconnected) return report(state, exchange, clientClosed)
  sendProblem(state, exchange, problemOf(state, exchange, error))
}

/** What a client may know of whatever was thrown; the rest goes to the log. */
export function problemOf(state: ServerState, exchange: Exchange, error: unknown): Problem {
  const problem: Problem =
    error instanceof DomainError ? error.problem : { code: 'internal', message: 'internal error' }
  if (problem.code === 'internal' || problem.code === 'storage_full') {
    const { requestId, operation } = exchange
    state.options.log.error('request failed', error, { request_id: requestId, operation })
  }
  if (problem.code === 'limit') state.options.metrics.limitHit(problem.limit)
  exchange.problem = problem.code
  return problem
}

export function sendProblem(state: ServerState, exchange: Exchange, problem: Problem): void {
  exchange.problem = problem.code
  sendError(state, exchange, encodeError(problem, exchange.requestId))
}

export function sendError(state: ServerState, exchange: Exchange, answer: ErrorAnswer): void {
  const { status, headers } = answer
  send(state, exchange, {
    status,
    headers,
    contentType: jsonType,
    body: JSON.stringify(answer.body),
  })
}

export function send(state: ServerState, exchange: Exchange, answer: Answer): void {
  const { response } = exchange
  if (response.headersSent || response.destroyed) return report(state, exchange, clientClosed)
  const { status, body } = answer
  const headers = headersOf(state, exchange, answer.contentType)
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  // "Not modified" has no body, and its length would be taken for that of the page.
  if (status !== 304) headers.push('content-length', String(bytes))
  if (answer.headers !== undefined) {
    for (const [name, value] of Object.entries(answer.headers)) headers.push(name, value)
  }
  const isUnread = hasUnreadBody(exchange)
  if (isUnread || state.isClosing) headers.push('connection', 'close')
  response.writeHead(status, headers)
  if (isUnread && !exchange.awaitsContinue) endAfterBody(exchange, body)
  else if (typeof body === 'string' && bytes === body.length) response.end(body, 'latin1')
  else response.end(body)
  limitTaking(state, exchange)
  report(state, exchange, status)
}

/** Flat pairs, as `writeHead` takes them without building an object. */
export function headersOf(state: ServerState, exchange: Exchange, contentType: string): string[] {
  const headers = ['content-type', contentType, 'request-id', exchange.requestId]
  if (exchange.caller !== undefined) {
    headers.push(
      'anthropic-organization-id',
      state.options.organizationId,
      'anthropic-workspace-id',
      exchange.caller.workspaceId,
    )
  }
  return headers
}

/** So little of a body is left to node, which reads it away and keeps the connection. */
const smallBodyBytes = 65_536

function hasUnreadBody({ request, awaitsContinue }: Exchange): boolean {
  if (request.complete) return false
  if (awaitsContinue) return true
  const length = request.headers['content-length']
  if (length === undefined) return request.headers['transfer-encoding'] !== undefined
  return Number(length) > smallBodyBytes
}

const drainBytesMax = 16_777_216
const drainMs = 2_000

/**
 * Closing a connection while the client still sends makes its system throw the answer away. So the
 * answer goes out at once, and what the client goes on to send is read away for a bounded while.
 */
function endAfterBody({ request, response }: Exchange, body: string | Uint8Array): void {
  response.write(body)
  let bytes = 0
  const end = () => {
    clearTimeout(timer)
    if (!response.writableEnded) response.end()
  }
  const timer = setTimeout(end, drainMs)
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > drainBytesMax) end()
  })
  request.on('end', end)
  request.on('close', end)
  request.resume()
}

/** A client that does not take its answer loses the connection. */
function limitTaking(state: ServerState, { request, response }: Exchange): void {
  if (request.socket.writableLength === 0) return
  const timer = setTimeout(() => response.destroy(), state.limits.takeMs)
  response.once('close', () => clearTimeout(timer))
}

/** Counts, logs and ends the span, once. */
export function report(state: ServerState, exchange: Exchange, status: number): void {
  if (exchange.isReported) return
  exchange.isReported = true
  const { request, operation, caller, span, problem } = exchange
  const durationMs = performance.now() - exchange.startedAt
  const isStream = operation === 'watchChanges' || operation.startsWith('stream')
  state.options.metrics.answered(operation, status, isStream ? undefined : durationMs / 1_000)
  const parent = exchange.parent ?? parseTraceParent(header(request.headers['traceparent']))
  state.options.log.request({
    requestId: exchange.requestId,
    operation,
    method: request.method ?? '',
    status,
    durationMs,
    workspaceId: caller?.workspaceId,
    actor: caller?.actor,
    door: caller?.door,
    problem,
    traceId: parent?.traceId,
    isProbe: operation === 'healthz' || operation === 'readyz' || operation === 'metrics',
  })
  if (span === undefined) return
  span.set({ [attributes.status]: status })
  span.end(status >= 500 ? (problem ?? 'internal') : undefined)
}

function header(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
