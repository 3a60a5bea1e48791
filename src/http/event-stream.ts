import type { Problem } from '../domain/errors.ts'
import { encodeError } from '../wire/error.ts'
import type { Exchange } from './exchange.ts'
import type { LiveRequest } from './live-requests.ts'
import { headersOf, problemOf, report, sendProblem } from './respond.ts'
import type { ServerState } from './state.ts'

/** A stream to one client. It holds one frame at a time: what is slow waits in the storage. */
export interface EventStream {
  readonly secret: string
  /** Server-sent events, with the empty line behind each. */
  readonly frames: AsyncIterable<string>
  /** Aborted when the stream has ended, so that the feed lets go. */
  readonly controller: AbortController
}

export async function streamEvents(
  state: ServerState,
  exchange: Exchange,
  stream: EventStream,
): Promise<void> {
  const { response, caller } = exchange
  if (caller === undefined) return
  const headers = headersOf(state, exchange, 'text/event-stream')
  headers.push('cache-control', 'no-store', 'x-accel-buffering', 'no')
  response.writeHead(200, headers)
  response.write(': open\n\n')
  let lastWrite = performance.now()
  const live: LiveRequest = {
    secret: stream.secret,
    workspaceId: caller.workspaceId,
    tick: () => {
      if (response.writableEnded || response.writableNeedDrain) return
      if (performance.now() - lastWrite < state.limits.heartbeatMs) return
      lastWrite = performance.now()
      response.write(': heartbeat\n\n')
    },
    end: (problem) => {
      if (!response.writableEnded) response.end(problem && errorEvent(exchange, problem))
      stream.controller.abort()
    },
  }
  state.live.add(live)
  response.once('close', () => stream.controller.abort())
  try {
    for await (const frame of stream.frames) {
      if (stream.controller.signal.aborted) break
      lastWrite = performance.now()
      if (!response.write(frame)) await drained(state, exchange)
    }
    live.end(undefined)
  } catch (error) {
    if (!stream.controller.signal.aborted) live.end(problemOf(state, exchange, error))
  } finally {
    state.live.remove(live)
    report(state, exchange, 200)
  }
}

function errorEvent(exchange: Exchange, problem: Problem): string {
  exchange.problem = problem.code
  const { body } = encodeError(problem, exchange.requestId)
  return `event: error\ndata: ${JSON.stringify(body)}\n\n`
}

/** Waits until the client took what was written; one that takes nothing for too long is cut off. */
function drained(state: ServerState, { response }: Exchange): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), state.limits.takeMs)
    const go = () => {
      clearTimeout(timer)
      response.off('drain', go)
      response.off('close', go)
      resolve()
    }
    response.on('drain', go)
    response.on('close', go)
  })
}

/**
 * A request that waits for the next change: its answer ends the wait, and so does losing the key.
 */
export function waitLive(
  state: ServerState,
  exchange: Exchange,
  wait: Pick<EventStream, 'secret' | 'controller'>,
): LiveRequest | undefined {
  const { response, caller } = exchange
  if (caller === undefined) return undefined
  const live: LiveRequest = {
    secret: wait.secret,
    workspaceId: caller.workspaceId,
    tick: () => undefined,
    end: (problem) => {
      sendProblem(
        state,
        exchange,
        problem ?? { code: 'unavailable', message: 'the server is stopping' },
      )
      wait.controller.abort()
    },
  }
  response.once('close', () => wait.controller.abort())
  state.live.add(live)
  return live
}
