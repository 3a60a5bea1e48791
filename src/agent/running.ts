import type { EventId } from '../domain/ids.ts'
import type { LogEntry, SessionErrorType } from '../domain/session/event.ts'
import type { Lease, NewEvent } from '../domain/session/runner-port.ts'
import type { LoopSettings } from './loop-settings.ts'
import type { Model } from './messages.ts'
import type { PromptOptions } from './prompt.ts'
import type { RetiredStores } from './retired-stores.ts'
import type { World } from './tools/tool.ts'

/** A session under way, and what it is run with. */
export interface Running {
  readonly lease: Lease
  readonly model: Model
  readonly settings: LoopSettings
  readonly prompt: PromptOptions
  /** What the tools work with; made when the first tool runs. */
  readonly openWorld: () => Promise<World>
  /** Asked before each request: what is no longer there is said to the model. */
  readonly retiredStores: () => Promise<RetiredStores>
  readonly makeEventId: () => EventId
  /** The server stops: leave the rest to whoever claims the session next. */
  readonly stopping: AbortSignal
}

/** One step's worth of a running session. */
export interface Acting extends Running {
  readonly log: readonly LogEntry[]
  /** What is under way in the log, a server began that never told how it ended. */
  readonly isTakenOver: boolean
}

/** An error that ends the turn. */
export function sessionError(
  { makeEventId }: Pick<Running, 'makeEventId'>,
  type: SessionErrorType,
  message: string,
): NewEvent {
  const error = { type, message, retryStatus: { type: 'exhausted' } } as const
  return { event: { id: makeEventId(), type: 'session.error', error } }
}
