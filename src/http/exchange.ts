import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../domain/caller.ts'
import type { ErrorCode } from '../domain/errors.ts'
import type { RequestId } from '../domain/ids.ts'
import type { TraceParent } from '../observe/traceparent.ts'
import type { Span } from '../observe/tracing.ts'

/** One request and what became known of it on its way to an answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: RequestId
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number
  /** Whether the client waits for "100 Continue" before it sends the body. */
  awaitsContinue: boolean
  /** The verb, or the name of a page; "none" before the route is known. */
  operation: string
  /** Set by authentication. */
  caller: Caller | undefined
  problem: ErrorCode | undefined
  parent: TraceParent | undefined
  span: Span | undefined
  /** Whether metrics and log have it. */
  isReported: boolean
}
