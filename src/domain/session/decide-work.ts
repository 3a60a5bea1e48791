import type { Problem } from '../errors.ts'
import { refuse, type Refused } from '../memory/decide.ts'
import { mergeMetadata } from '../memory/store.ts'
import type { HandOutWork, HeartbeatWork, StopWork, TendWork, UpdateWork } from './command.ts'
import { queueWork, type LogDraft } from './log-draft.ts'
import type { Session } from './session.ts'
import type { Heartbeat, WorkItem } from './work.ts'

// The life of a work item: queued, handed out, acknowledged, kept alive by heartbeats, stopped. A
// session has one that lives; when it stops and calls are left, the next one is queued.

/** The lease is a little longer than what is said of it. */
const leasePerTtl = 1.25
/** So long an item that was told to save its memory may take before a heartbeat says it louder. */
const hintMs = 5_000
/** And so long before nobody waits for it any more. */
const flushMs = 30_000
const pauseMinMs = 1_000
const pauseMaxMs = 60_000

export const workNotFound: Refused = refuse({ code: 'not_found', message: 'work not found' })

/** A decision about one item: it stands in the draft, with whatever follows for its session. */
export function put(draft: LogDraft, item: WorkItem): WorkItem {
  draft.work.set(item.id, item)
  return item
}

export function isWaitingForWorker(item: WorkItem, now: number, reclaimMs: number): boolean {
  if (item.state !== 'queued' || item.notBefore > now) return false
  return item.handedOutAt === undefined || item.handedOutAt + reclaimMs <= now
}

export function decideHandOut(
  draft: LogDraft,
  item: WorkItem,
  command: HandOutWork,
): Refused | WorkItem {
  if (!isWaitingForWorker(item, draft.now, command.reclaimOlderThanMs)) return workNotFound
  return put(draft, { ...item, handedOutAt: draft.now, tokenSha256: command.tokenSha256 })
}

export function decideAcknowledge(draft: LogDraft, item: WorkItem): Refused | WorkItem {
  if (item.state === 'starting' || item.state === 'active') return item
  if (item.state !== 'queued' || item.handedOutAt === undefined) {
    return refuse({ code: 'busy', message: `work ${item.id} is ${item.state}` })
  }
  return put(draft, { ...item, state: 'starting', acknowledgedAt: draft.now })
}

export function decideHeartbeat(
  draft: LogDraft,
  item: WorkItem,
  command: HeartbeatWork,
): Refused | Heartbeat {
  const { expected, tokenSha256, ttlSeconds } = command
  const isStale = tokenSha256 !== undefined && tokenSha256 !== item.tokenSha256
  if (isStale) return refuse(mismatch(item, ttlSeconds))
  if (item.state === 'stopping' || isTold(item, draft.now)) {
    return beat({ ...item, state: 'stopping' }, { leaseExtended: false, ttlSeconds })
  }
  const refused = () => refuse(mismatch(item, ttlSeconds))
  if (item.state === 'stopped' || item.state === 'queued') return refused()
  // The answer to the first beat may have been lost: the same worker asks again in the same words.
  const isFirst = expected === 'none' && (item.heartbeatAt === undefined || tokenSha256)
  if (!isFirst && expected !== item.heartbeatAt) return refused()
  const heartbeatAt = Math.max((item.heartbeatAt ?? 0) + 1, draft.now * 1_000)
  const beating = put(draft, { ...item, state: 'active', heartbeatAt })
  return beat(beating, { leaseExtended: true, ttlSeconds })
}

/** An item that was asked to save its memory and does not seem to have heard it. */
function isTold({ releasedAt }: WorkItem, now: number): boolean {
  return releasedAt !== undefined && releasedAt + hintMs <= now
}

function beat(item: WorkItem, lease: Pick<Heartbeat, 'leaseExtended' | 'ttlSeconds'>): Heartbeat {
  return { state: item.state, lastHeartbeat: item.heartbeatAt, ...lease }
}

function mismatch(item: WorkItem, ttlSeconds: number): Problem {
  return {
    code: 'heartbeat_mismatch',
    message: 'expected_last_heartbeat does not match the current lease',
    current: beat(item, { leaseExtended: false, ttlSeconds }),
  }
}

/** Repeats change nothing; neither does a token that was replaced. */
export function decideStop(draft: LogDraft, item: WorkItem, command: StopWork): WorkItem {
  const { tokenSha256, force } = command
  if (tokenSha256 !== undefined && tokenSha256 !== item.tokenSha256) return item
  const stopRequestedAt = item.stopRequestedAt ?? draft.now
  if (item.state === 'stopped') return item
  if (force || item.state === 'queued') return stop(draft, { ...item, stopRequestedAt })
  if (item.state === 'stopping') return item
  return put(draft, { ...item, state: 'stopping', stopRequestedAt })
}

function stop(draft: LogDraft, item: WorkItem): WorkItem {
  const stopped = put(draft, { ...item, state: 'stopped', stoppedAt: draft.now })
  if (draft.session.liveWorkId !== item.id) return stopped
  const workPauseMs = item.results > 0 ? 0 : longer(draft.session.workPauseMs)
  draft.session = { ...draft.session, liveWorkId: undefined, workPauseMs }
  queueWork(draft)
  return stopped
}

/** A worker that fails at once must not be handed the same session in a loop. */
function longer(pauseMs: number): number {
  return Math.min(pauseMaxMs, Math.max(pauseMinMs, pauseMs * 2))
}

export function decideUpdateWork(draft: LogDraft, item: WorkItem, command: UpdateWork): WorkItem {
  return put(draft, { ...item, metadata: mergeMetadata(item.metadata, command.metadata) })
}

/** Stops an item whose lease ran out, and asks one whose session rests to save its memory. */
export function decideTend(draft: LogDraft, item: WorkItem, command: TendWork): WorkItem {
  if (item.state === 'queued' || item.state === 'stopped') return item
  const { graceMs, ttlSeconds } = command
  if (leaseEnd(item, ttlSeconds) <= draft.now) return stop(draft, item)
  return mayRelease(draft.session, item, { now: draft.now, graceMs })
    ? put(draft, { ...item, releasedAt: draft.now })
    : item
}

function leaseEnd(item: WorkItem, ttlSeconds: number): number {
  const heartbeatAt = Math.floor((item.heartbeatAt ?? 0) / 1_000)
  return Math.max(heartbeatAt, item.acknowledgedAt ?? 0) + ttlSeconds * 1_000 * leasePerTtl
}

function mayRelease(
  session: Session,
  item: WorkItem,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): boolean {
  if (item.releasedAt !== undefined || session.restingSince === undefined) return false
  return session.restingSince + graceMs <= now && hasWritableStore(session)
}

/** Whether there is anything to do for an item, to be asked before the session is locked. */
export function isConcerned(
  session: Session,
  item: WorkItem,
  when: { readonly now: number; readonly graceMs: number; readonly ttlSeconds: number },
): boolean {
  if (item.state === 'queued' || item.state === 'stopped') return false
  return leaseEnd(item, when.ttlSeconds) <= when.now || mayRelease(session, item, when)
}

/** Whether a worker may still have memory that the stores do not have. */
export function isSaving(session: Session, item: WorkItem, now: number): boolean {
  if (item.state === 'queued' || item.state === 'stopped' || !hasWritableStore(session))
    return false
  return item.releasedAt === undefined || item.releasedAt + flushMs > now
}

function hasWritableStore({ stores }: Session): boolean {
  return stores.some(({ access }) => access === 'read_write')
}
