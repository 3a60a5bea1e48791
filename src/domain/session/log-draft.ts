import type { EventId } from '../ids.ts'
import { makeEventId, makeWorkId, threadIdOf } from '../ids.ts'
import type {
  InboundEvent,
  LogEntry,
  RefusalDetails,
  SessionEvent,
  SessionUsage,
  StatusEvent,
  StopReason,
} from './event.ts'
import type { OpenCall, Session, WaitingInput } from './session.ts'
import type { WorkItem } from './work.ts'

// What one command does to a session's log: built up step by step, stored in one commit.

/** An entry to store: a new one, or one that waited and now gets its place. */
export type LogWrite =
  | {
      readonly kind: 'append'
      readonly entry: LogEntry
      /** Where a waiting entry stands among those that wait. */
      readonly arrival: number | undefined
      /** The call that it answers. */
      readonly answers: EventId | undefined
    }
  | { readonly kind: 'place'; readonly id: EventId; readonly processedAt: number }

export interface LogDraft {
  session: Session
  readonly writes: LogWrite[]
  /** Items of work as they are after the command, by their id. */
  readonly work: Map<string, WorkItem>
  /** Milliseconds since 1970. */
  readonly now: number
}

export function startLogDraft(session: Session, now: number, work?: WorkItem): LogDraft {
  const items = new Map<string, WorkItem>(work === undefined ? [] : [[work.id, work]])
  return { session, writes: [], work: items, now }
}

/** Places are microseconds, unique and ascending in a session whatever the clock does. */
function nextPlace(draft: LogDraft): number {
  const head = Math.max(draft.session.head + 1, draft.now * 1_000)
  draft.session = { ...draft.session, head }
  return head
}

export function append(draft: LogDraft, event: SessionEvent, raw?: unknown): LogEntry {
  const entry = { event, processedAt: nextPlace(draft), raw }
  draft.writes.push({ kind: 'append', entry, arrival: undefined, answers: answeredBy(event) })
  return entry
}

/** Lets an input wait until the runner consumes it. */
export function enqueue(draft: LogDraft, event: InboundEvent): LogEntry {
  const entry = { event, processedAt: undefined, raw: undefined }
  const { session } = draft
  const answers = answeredBy(event)
  const input = {
    id: event.id,
    type: event.type as WaitingInput['type'],
    ...(answers === undefined ? {} : { callId: answers }),
  }
  draft.writes.push({ kind: 'append', entry, arrival: session.arrivals, answers })
  draft.session = {
    ...session,
    arrivals: session.arrivals + 1,
    waiting: [...session.waiting, input],
  }
  return entry
}

/** Gives a waiting input its place; a result closes its call. */
export function consume(draft: LogDraft, input: WaitingInput): void {
  draft.writes.push({ kind: 'place', id: input.id, processedAt: nextPlace(draft) })
  const waiting = draft.session.waiting.filter(({ id }) => id !== input.id)
  draft.session = { ...draft.session, waiting }
  if (input.callId !== undefined) closeCall(draft, input.callId)
}

/** The call that an event answers. */
export function answeredBy(event: SessionEvent): EventId | undefined {
  switch (event.type) {
    case 'user.tool_result':
    case 'agent.tool_result':
      return event.toolUseId
    case 'user.custom_tool_result':
      return event.customToolUseId
    default:
      return undefined
  }
}

export function openCall(draft: LogDraft, call: OpenCall): void {
  draft.session = { ...draft.session, calls: [...draft.session.calls, call] }
}

export function closeCall(draft: LogDraft, callId: EventId): void {
  const calls = draft.session.calls.filter(({ id }) => id !== callId)
  draft.session = { ...draft.session, calls }
}

export function isAnswered(session: Session, callId: EventId): boolean {
  return session.waiting.some((input) => input.callId === callId)
}

/** Whether a worker could answer the call now. */
export function isRunnable(call: OpenCall): boolean {
  if (call.kind === 'custom') return true
  return call.permission === 'allow' || call.confirmed === 'allow'
}

/** The calls that somebody other than the server has to answer before the session goes on. */
export function blockers(session: Session): EventId[] {
  const isSelfHosted = session.environmentKind === 'self_hosted'
  const blocking = session.calls.filter((call) => {
    if (isAnswered(session, call.id)) return false
    if (call.kind === 'custom') return true
    if (call.permission === 'ask' && call.confirmed === undefined) return true
    return isSelfHosted && isRunnable(call)
  })
  return blocking.map(({ id }) => id)
}

type Unnamed<Event> = Event extends unknown ? Omit<Event, 'id'> : never

function appendStatus(draft: LogDraft, event: Unnamed<StatusEvent>): void {
  append(draft, { ...event, id: makeEventId(draft.now) })
}

/** The running pair: session first. */
export function run(draft: LogDraft): void {
  const { id, agent } = draft.session
  appendStatus(draft, { type: 'session.status_running' })
  appendStatus(draft, {
    type: 'session.thread_status_running',
    sessionThreadId: threadIdOf(id),
    agentName: agent.name,
  })
  draft.session = {
    ...draft.session,
    status: 'running',
    stopReason: undefined,
    stopDetails: undefined,
    restingSince: undefined,
    runningSince: draft.session.runningSince ?? draft.now,
  }
}

export function reschedule(draft: LogDraft): void {
  appendStatus(draft, { type: 'session.status_rescheduled' })
  draft.session = { ...draft.session, status: 'rescheduling' }
}

/** The idle pair: thread first, with the usage between them. */
export function rest(draft: LogDraft, stopReason: StopReason, stopDetails?: RefusalDetails): void {
  const details = stopDetails === undefined ? {} : { stopDetails }
  const usage = usageAt(draft.session, draft.now)
  const { id, agent } = draft.session
  appendStatus(draft, {
    type: 'session.thread_status_idle',
    sessionThreadId: threadIdOf(id),
    agentName: agent.name,
    stopReason,
    ...details,
  })
  const isOver = stopReason.type !== 'requires_action'
  if (isOver) appendStatus(draft, { type: 'session.usage', usage })
  appendStatus(draft, { type: 'session.status_idle', stopReason, ...details })
  draft.session = {
    ...draft.session,
    status: 'idle',
    stopReason,
    stopDetails,
    usage,
    runningSince: undefined,
    restingSince: isOver ? draft.now : undefined,
    isAttended: isOver ? false : draft.session.isAttended,
  }
}

/** What was used, with the time that it runs right now. */
export function usageAt(session: Session, now: number): SessionUsage {
  const { usage, runningSince } = session
  if (runningSince === undefined) return usage
  const running = Math.max(0, now - runningSince) / 1_000
  return { ...usage, activeSeconds: Math.round((usage.activeSeconds + running) * 1_000) / 1_000 }
}

/** Why open calls end without a result of their own. */
const interruptedText = 'The call was interrupted before it had a result.'

/** Ends a turn from outside: answers what is open, takes the interrupts, comes to rest. */
export function interrupt(draft: LogDraft): void {
  for (const input of draft.session.waiting) {
    if (input.callId !== undefined) consume(draft, input)
  }
  for (const { id } of draft.session.calls) {
    append(draft, {
      id: makeEventId(draft.now),
      type: 'agent.tool_result',
      toolUseId: id,
      content: [{ type: 'text', text: interruptedText }],
      isError: true,
    })
    closeCall(draft, id)
  }
  for (const input of draft.session.waiting) {
    if (input.type === 'user.interrupt') consume(draft, input)
  }
}

export function hasMessage(session: Session): boolean {
  return session.waiting.some(({ type }) => type === 'user.message')
}

/** Work for a worker, where there are calls that one can run and no item of the session lives. */
export function queueWork(draft: LogDraft): void {
  const { session, now } = draft
  if (session.environmentKind !== 'self_hosted' || session.archivedAt !== undefined) return
  if (session.liveWorkId !== undefined) return
  const isWanted = session.calls.some((call) => isRunnable(call) && !isAnswered(session, call.id))
  if (!isWanted) return
  const id = makeWorkId(now)
  draft.work.set(id, {
    id,
    workspaceId: session.workspaceId,
    environmentId: session.environmentId,
    sessionId: session.id,
    state: 'queued',
    metadata: {},
    createdAt: now,
    notBefore: now + session.workPauseMs,
    handedOutAt: undefined,
    acknowledgedAt: undefined,
    heartbeatAt: undefined,
    stopRequestedAt: undefined,
    stoppedAt: undefined,
    releasedAt: undefined,
    results: 0,
    tokenSha256: undefined,
  })
  draft.session = { ...session, liveWorkId: id }
}
