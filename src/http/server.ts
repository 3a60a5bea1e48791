import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { invalid } from '../domain/errors.ts'
import { makeRequestId } from '../domain/ids.ts'
import { createBodyChecks } from './check-body.ts'
import { watchConnections, type Connections } from './connections.ts'
import { createDocuments } from './documents.ts'
import type { HttpServerOptions } from './door.ts'
import type { Exchange } from './exchange.ts'
import { defaultHttpLimits, type HttpLimits } from './limits.ts'
import { LiveRequests } from './live-requests.ts'
import { listenForMetrics } from './metrics-port.ts'
import { sendFailure } from './respond.ts'
import { createRouter } from './routes.ts'
import { serveOperation } from './serve-operation.ts'
import { servePage } from './serve-page.ts'
import type { ServerState } from './state.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /**
   * A port of its own for `/metrics`, open to whoever reaches it; without it `/metrics` needs an
   * admin key.
   */
  readonly metricsPort?: number | undefined
}

export interface Listening {
  readonly host: string
  readonly port: number
  /** Where clients point, like http://127.0.0.1:8080. */
  readonly url: string
  readonly metricsPort: number | undefined
}

export interface HttpServer {
  /** @throws the system's error when the port cannot be had */
  listen(options: ListenOptions): Promise<Listening>
  /** Stops accepting, finishes what was accepted within a bounded time, ends streams. */
  close(): Promise<void>
  readonly server: Server
}

/** The HTTP door. Nothing is listened to before `listen`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...defaultHttpLimits, ...options.limits }
  const state: ServerState = {
    options,
    limits,
    clock: options.clock ?? Date.now,
    router: createRouter(),
    checkOf: createBodyChecks(options.ignoreUnknownFields ?? false),
    live: new LiveRequests(options.authenticate, limits.recheckMs),
    checkReady: oneAtATime(options.checkReady),
    documentOf: createDocuments(options.version),
    active: new Set(),
    isClosing: false,
  }
  const server = makeServer(options, limits)
  const connections = watchConnections(server, state)
  const begin = (request: IncomingMessage, response: ServerResponse) => {
    inTurn(response, () => void serve(state, newExchange(state, request, response)))
  }
  server.on('request', begin)
  server.on('checkExpectation', begin)
  server.on('checkContinue', (request, response) => {
    inTurn(response, () => {
      void serve(state, { ...newExchange(state, request, response), awaitsContinue: true })
    })
  })
  let metricsServer: Server | undefined
  return {
    server,
    listen: async (where) => {
      await listen(server, where.host, where.port)
      if (where.metricsPort !== undefined) {
        metricsServer = await listenForMetrics(options.metrics, where.host, where.metricsPort)
      }
      const { port } = server.address() as AddressInfo
      const metrics = metricsServer?.address() as AddressInfo | undefined
      return {
        host: where.host,
        port,
        url: urlOf(options, where.host, port),
        metricsPort: metrics?.port,
      }
    },
    close: async () => {
      metricsServer?.close()
      metricsServer?.closeAllConnections()
      await closeGently(server, state, connections)
    },
  }
}

/** Anybody may ask, and each question costs the storage a write. */
function oneAtATime(ask: () => Promise<void>): () => Promise<void> {
  let asking: Promise<void> | undefined
  return () => {
    asking ??= ask().finally(() => (asking = undefined))
    return asking
  }
}

function makeServer(options: HttpServerOptions, limits: HttpLimits): Server {
  const settings = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersMs,
    requestTimeout: Math.max(limits.requestMs, limits.headersMs),
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.min(5_000, Math.max(100, limits.headersMs / 4)),
    noDelay: true,
    // Its absence is refused below, in our own words.
    requireHostHeader: false,
    highWaterMark: 65_536,
  }
  const server: Server =
    options.tls === undefined
      ? createServer(settings)
      : createTlsServer({ ...settings, ...options.tls, handshakeTimeout: limits.headersMs })
  server.maxConnections = limits.connectionsMax
  return server
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function urlOf(options: HttpServerOptions, host: string, port: number): string {
  const scheme = options.tls === undefined ? 'http' : 'https'
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const sweepMs = 50

async function closeGently(
  server: Server,
  state: ServerState,
  connections: Connections,
): Promise<void> {
  if (state.isClosing) return
  state.isClosing = true
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  state.live.close()
  connections.endIdle()
  // A connection becomes idle when its last answer is out, and nobody tells.
  const sweep = setInterval(() => connections.endIdle(), sweepMs)
  const deadline = setTimeout(() => connections.endAll(), state.limits.closeMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
}

function newExchange(
  state: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  return {
    request,
    response,
    requestId: makeRequestId(state.clock()),
    startedAt: performance.now(),
    awaitsContinue: false,
    operation: 'none',
    caller: undefined,
    problem: undefined,
    parent: undefined,
    span: undefined,
    isReported: false,
  }
}

/**
 * Requests that a client sent without waiting for answers are served one after another: a read sees
 * the write before it, and their answers do not pile up in memory. A response gets its socket when
 * the one before it is out.
 */
function inTurn(response: ServerResponse, start: () => void): void {
  if (response.socket === null) response.once('socket', start)
  else start()
}

/** Never rejects: whatever is thrown becomes an answer. */
async function serve(state: ServerState, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  state.active.add(response)
  state.options.metrics.began()
  try {
    if (request.headers.host === undefined && request.httpVersionMinor > 0) {
      throw invalid('host', 'is a header that every request has')
    }
    const url = request.url ?? ''
    const match = state.router.match(request.method ?? '', url)
    if (match === undefined) await servePage(state, exchange, pathOf(url))
    else await serveOperation(state, exchange, match)
  } catch (error) {
    sendFailure(state, exchange, error)
  } finally {
    state.active.delete(response)
    state.options.metrics.ended()
  }
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}
