import type { EventId } from '../ids.ts'
import type { LogEntry, RefusalDetails, RunnerEvent, StopReason } from './event.ts'
import type { Session } from './session.ts'

/**
 * Between the event log and whoever runs the model. The log decides: a pure `step` over its entries
 * says whether to call the model, run a tool or wait. Status events (running, idle, usage,
 * terminated) are appended by the log itself, never by the runner.
 */
export interface RunnerPort {
  /**
   * Waits for a session that has something to run and that nobody else runs, and takes it: by a
   * lease that is renewed in the background, so that a session whose server died is taken over.
   * @returns undefined once the signal is aborted
   */
  claim(signal: AbortSignal): Promise<Lease | undefined>
}

export interface Lease {
  /** As it was when it was claimed: agent, stores and environment do not change while it runs. */
  readonly session: Session
  /**
   * Whoever held the session before never gave it back: a tool that was under way then may have
   * taken effect without a result in the log.
   */
  readonly isTakenOver: boolean
  /** Aborted when the lease is lost or given back: stop at once and append nothing. */
  readonly lost: AbortSignal
  /**
   * Aborted when a `user.interrupt` waits in the log (maybe from the start): cut the model's stream
   * and the tool, then append with `end: 'interrupted'`. Each turn of one claim has its own signal:
   * read the property again after `append`.
   */
  readonly interrupted: AbortSignal

  /** The whole log, processed entries first, then those that wait. */
  log(): Promise<readonly LogEntry[]>

  /**
   * Appends in one commit: first what is consumed gets its place, then the events in their order,
   * then what `end` means. Times are given by the log, unique and ascending.
   * @throws DomainError `conflict` when the lease is lost: nothing was appended
   */
  append(batch: AppendBatch): Promise<Appended>

  /** For streams that asked for deltas; never stored, lost where nobody listens. */
  publish(delta: LiveDelta): void

  /**
   * Resolves as soon as somebody follows the session, at the latest after `maxMs`: a client that
   * sends first and opens the stream then would miss a model that answers at once.
   */
  watched(maxMs: number): Promise<void>

  /** Gives the session back; whoever claims next goes on from the log. Safe to call twice. */
  release(): Promise<void>
}

export interface AppendBatch {
  /**
   * Waiting entries (messages, early results) that this append takes into account. They get their
   * place directly before `events`, in the order in which they came.
   */
  readonly consume?: readonly EventId[]
  readonly events?: readonly NewEvent[]
  /** Undefined: go on running. */
  readonly end?: TurnEnd
}

/** The runner names its events (`makeEventId`), so that deltas can announce them. */
export interface NewEvent {
  readonly event: RunnerEvent
  /** JSON; kept beside the event for the runner alone. */
  readonly raw?: unknown
}

export type TurnEnd =
  /**
   * The model is done. When a message came meanwhile, the turn goes on instead: `Appended.status`
   * is then `running`.
   */
  | 'end_turn'
  | 'retries_exhausted'
  /**
   * Waits for answers to the open calls: custom tools, confirmations, and in self-hosted sessions
   * everything a worker runs. Which those are, the log knows. When all answers are there already,
   * the turn goes on: `Appended.status` is then `running`.
   */
  | 'requires_action'
  /** Answers every open call with an error, consumes the interrupt, and ends the turn. */
  | 'interrupted'
  /** A transient failure of the model: say so, and go on by the next append. */
  | 'rescheduled'
  | { readonly type: 'refusal'; readonly details: RefusalDetails | undefined }

export interface Appended {
  /** `idle`: the turn is over, release the lease (a later message makes a new claim). */
  readonly status: 'running' | 'rescheduling' | 'idle'
  readonly stopReason: StopReason | undefined
  /** Whether entries wait to be consumed: read the log again before the next model request. */
  readonly waiting: boolean
  /** Whether an interrupt waits. */
  readonly interrupted: boolean
}

export type LiveDelta =
  | {
      readonly type: 'event_start'
      readonly event: { readonly type: 'agent.message' | 'agent.thinking'; readonly id: EventId }
    }
  | {
      readonly type: 'event_delta'
      readonly eventId: EventId
      /** Index of the block within the message. */
      readonly index: number
      readonly text: string
    }
