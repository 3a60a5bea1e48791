import { permit } from '../domain/caller.ts'
import { DomainError } from '../domain/errors.ts'
import { metricsContentType } from '../observe/metrics.ts'
import { endpointList, officialPrefix } from '../wire/endpoints.ts'
import { encodeError } from '../wire/error.ts'
import { readSecret } from './credential.ts'
import type { StaticPage } from './door.ts'
import type { Exchange } from './exchange.ts'
import { send, sendError, sendJson } from './respond.ts'
import { identify } from './serve-operation.ts'
import type { ServerState } from './state.ts'

/** Answers a request that no operation matched: health, metrics, documents, the console, or 404. */
export async function servePage(state: ServerState, exchange: Exchange, path: string) {
  const { request } = exchange
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const serve = pages[path]
  if (serve !== undefined) {
    if (!isRead) return refuseMethod(state, exchange, ['GET', 'HEAD'])
    exchange.operation = path.slice(1)
    return serve(state, exchange)
  }
  const allowed = state.router.allowed(request.url ?? '')
  if (allowed.length > 0) return refuseMethod(state, exchange, allowed)
  const page = await findPage(state, exchange, path)
  if (page !== undefined) {
    return isRead ? sendPage(state, exchange, page) : refuseMethod(state, exchange, ['GET', 'HEAD'])
  }
  throw new DomainError({ code: 'not_found', message: unknownRoute })
}

const served = new Set(
  endpointList
    .filter(({ path }) => path.startsWith(officialPrefix))
    .map(({ path }) => rootOf(path)),
)
/** Says where one is: clients of the whole hosted API also ask for what is not served here. */
const unknownRoute = `no such route: this server serves ${[...served].join(', ')}; /docs lists every operation`

/** `/v1/memory_stores` of `/v1/memory_stores/:memory_store_id`. */
function rootOf(path: string): string {
  return path.split('/').slice(0, 3).join('/')
}

type Serve = (state: ServerState, exchange: Exchange) => Promise<void> | void

const pages: Readonly<Record<string, Serve>> = Object.assign(Object.create(null), {
  '/': leadOn,
  '/healthz': (state, exchange) => sendJson(state, exchange, { status: 'alive' }),
  '/readyz': sendReadiness,
  '/metrics': sendMetrics,
} satisfies Record<string, Serve>)

/** People with a browser get the console where there is one, everybody else the reference. */
function leadOn(state: ServerState, exchange: Exchange): void {
  exchange.operation = 'page'
  const isBrowser = exchange.request.headers.accept?.includes('text/html') ?? false
  const location = isBrowser && state.options.ui !== undefined ? '/console' : '/docs'
  const headers = { location, vary: 'accept' }
  send(state, exchange, { status: 302, contentType: 'text/plain', body: '', headers })
}

async function sendReadiness(state: ServerState, exchange: Exchange): Promise<void> {
  const { backend } = state.options
  const reason = state.isClosing ? 'the server is stopping' : await unreadiness(state.checkReady)
  const status = reason === undefined ? 'ready' : 'not_ready'
  send(state, exchange, {
    status: reason === undefined ? 200 : 503,
    contentType: 'application/json',
    body: JSON.stringify({ status, backend, ...(reason === undefined ? {} : { reason }) }),
  })
}

/** Anybody may ask: only sentences that are made for clients are told. */
async function unreadiness(checkReady: () => Promise<void>): Promise<string | undefined> {
  try {
    await checkReady()
    return undefined
  } catch (error) {
    return error instanceof DomainError ? error.message : 'the storage cannot take writes'
  }
}

async function sendMetrics(state: ServerState, exchange: Exchange): Promise<void> {
  const secret = readSecret(exchange.request.headers)
  permit(await identify(state, exchange, secret), 'admin')
  const body = await state.options.metrics.render()
  send(state, exchange, { status: 200, contentType: metricsContentType, body })
}

async function findPage(
  state: ServerState,
  { request }: Exchange,
  path: string,
): Promise<StaticPage | undefined> {
  return state.documentOf(path) ?? (await state.options.ui?.(path, request.headers))
}

function sendPage(state: ServerState, exchange: Exchange, page: StaticPage): void {
  exchange.operation = 'page'
  send(state, exchange, {
    status: page.status ?? 200,
    contentType: page.contentType,
    body: page.body,
    headers: { 'x-content-type-options': 'nosniff', ...page.headers },
  })
}

function refuseMethod(state: ServerState, exchange: Exchange, allowed: readonly string[]): void {
  const allow = [...allowed, 'OPTIONS'].join(', ')
  const { request } = exchange
  if (request.method === 'OPTIONS') {
    send(state, exchange, {
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ allow: [...allowed, 'OPTIONS'] }),
      headers: { allow },
    })
    return
  }
  const message = `${request.method} is not possible here; possible are ${allow}`
  const answer = encodeError({ code: 'invalid', message }, exchange.requestId)
  exchange.problem = 'invalid'
  sendError(state, exchange, { ...answer, status: 405, headers: { allow } })
}
