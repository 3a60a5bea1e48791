import type { EventId, SessionId, StoreId, TurnId, VersionId, WorkspaceId } from '../ids.ts'
import type { Operation } from '../memory/version.ts'
import type { ModelUsage, StopReason, TextBlock } from './event.ts'

export type TurnStatus =
  | 'running'
  | 'completed'
  | 'requires_action'
  | 'failed'
  | 'timed_out'
  | 'interrupted'

/** One question and everything that came of it. Times are milliseconds since 1970. */
export interface Turn {
  readonly id: TurnId
  readonly workspaceId: WorkspaceId
  readonly sessionId: SessionId
  readonly messageId: EventId
  /** The place of the newest event before it, in microseconds. */
  readonly head: number
  /** The sequence of each attached store before it. */
  readonly stores: readonly { readonly storeId: StoreId; readonly seq: number }[]
  readonly createdAt: number
  readonly result: TurnResult | undefined
}

export interface TurnMessage {
  readonly id: EventId
  readonly content: readonly TextBlock[]
}

export interface TurnResult {
  readonly status: Exclude<TurnStatus, 'running' | 'timed_out'>
  readonly stopReason: StopReason
  /** The assistant's messages in their order; the last one has at least one block. */
  readonly output: readonly TurnMessage[]
  readonly usage: ModelUsage
  readonly completedAt: number
  /** What the session left in its stores; undefined while a worker still saves. */
  readonly changed: readonly MemoryChanged[] | undefined
}

export type TurnOutcome = { readonly status: 'running' } | TurnResult

/** A version that a turn left in a store. */
export interface MemoryChanged {
  readonly storeId: StoreId
  readonly path: string
  readonly operation: Operation
  readonly versionId: VersionId
}
