import { STATUS_CODES, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { makeRequestId } from '../domain/ids.ts'
import { encodeError } from '../wire/error.ts'
import type { ServerState } from './state.ts'

/**
 * The sockets of a server, known so that it can close without waiting for clients who say nothing.
 */
export interface Connections {
  /** Ends those on which no request is being answered, after what was written to them. */
  endIdle(): void
  endAll(): void
}

export function watchConnections(server: Server, state: ServerState): Connections {
  const sockets = new Set<Socket>()
  const add = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const handshaking = new Map<string, Socket>()
  if (state.options.tls === undefined) server.on('connection', add)
  else {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket)
      handshaking.set(peer, socket)
      socket.once('close', () => handshaking.delete(peer))
    })
    server.on('secureConnection', (socket: Socket) => {
      handshaking.delete(peerOf(socket))
      add(socket)
    })
  }
  const timer = watchSilence(sockets, state.limits.idleMs + state.limits.takeMs)
  server.once('close', () => clearInterval(timer))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuse(state, error, socket as Socket)
  })
  return {
    endIdle: () => {
      const busy = new Set([...state.active].map((response) => response.socket))
      for (const socket of sockets) if (!busy.has(socket)) socket.destroySoon()
      for (const socket of handshaking.values()) socket.destroy()
    },
    endAll: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Under TLS a connection has two sockets; the address of the other end is what they share. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

/**
 * Cuts sockets on which nothing moved for longer than the longest wait for a change. One look at
 * all of them now and then costs less than a timer that every request sets anew.
 */
function watchSilence(sockets: ReadonlySet<Socket>, silenceMs: number): NodeJS.Timeout {
  const seen = new WeakMap<Socket, { moved: number; at: number }>()
  const look = () => {
    const now = performance.now()
    for (const socket of sockets) {
      const moved = socket.bytesRead + socket.bytesWritten - socket.writableLength
      const before = seen.get(socket)
      if (before?.moved !== moved) seen.set(socket, { moved, at: now })
      else if (now - before.at > silenceMs) socket.destroy()
    }
  }
  return setInterval(look, silenceMs / 10).unref()
}

/**
 * What is not HTTP, or too much of it, or too slow, gets an answer in our own words and no more.
 */
function refuse(state: ServerState, error: NodeJS.ErrnoException, socket: Socket): void {
  // Behind a request that is being worked on, an answer would be taken for that one's.
  const isAnswering = [...state.active].some(
    (response) => response.socket === socket && (response.headersSent || response.req.complete),
  )
  if (!socket.writable || error.code === 'ECONNRESET' || isAnswering) {
    socket.destroy()
    return
  }
  const status = statusOf(error.code)
  const requestId = makeRequestId(state.clock())
  const message = `${STATUS_CODES[status] ?? 'Bad Request'}: the request could not be read`
  const body = JSON.stringify(encodeError({ code: 'invalid', message }, requestId).body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `request-id: ${requestId}`,
    'connection: close',
  ]
  state.options.metrics.answered('none', status, undefined)
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  return 400
}
