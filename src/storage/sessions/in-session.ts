import { unreachable } from '../../domain/assert.ts'
import { makeTurnId } from '../../domain/ids.ts'
import type {
  AppendEvents,
  ArchiveSession,
  ClaimSession,
  CreateTurn,
  DeleteSession,
  FinishTurn,
  ReleaseLease,
  RenewLease,
  SendEvents,
  UpdateSession,
} from '../../domain/session/command.ts'
import { decideAppend, decideArchive, leaseLost } from '../../domain/session/decide-append.ts'
import { decideSend } from '../../domain/session/decide-send.ts'
import { decideUpdateSession } from '../../domain/session/decide-session.ts'
import type { InboundEvent } from '../../domain/session/event.ts'
import { answeredBy, startLogDraft, type LogDraft } from '../../domain/session/log-draft.ts'
import { isUnderWay, sessionNotFound, type Session } from '../../domain/session/session.ts'
import type { Turn } from '../../domain/session/turn.ts'
import { readAnswers, saveLog } from './events.ts'
import { removeSession } from './reap-session.ts'
import { execute, finished, type Result, type Script } from './script.ts'
import { lockSession, saveSession, setLease, type LockedSession } from './sessions.ts'
import { insertTurn, readTurn, readTurnByKey, saveTurn } from './turns.ts'
import { readWorkById, saveWork } from './work.ts'

type InSession =
  | UpdateSession
  | ArchiveSession
  | DeleteSession
  | SendEvents
  | CreateTurn
  | FinishTurn
  | ClaimSession
  | RenewLease
  | ReleaseLease
  | AppendEvents

export function* commitInSession(command: InSession, now: number): Script<Result> {
  const locked = yield* lockSession(command.workspaceId, command.sessionId)
  if (locked === undefined) return { kind: 'refused', problem: sessionNotFound }
  const { session } = locked
  switch (command.type) {
    case 'update_session':
    case 'archive_session':
      return yield* change(session, command, now)
    case 'delete_session':
      return yield* deleteSession(session, now)
    case 'send_events':
      return yield* send(session, command, now)
    case 'create_turn':
      return yield* createTurn(session, command, now)
    case 'finish_turn':
      return yield* finishTurn(command)
    case 'claim_session':
    case 'renew_lease':
    case 'release_lease':
      return yield* lease(locked, command, now)
    case 'append_events':
      return yield* appendEvents(locked, command, now)
    default:
      return unreachable(command)
  }
}

/** Stores what a command did to the session, its log and its work. */
export function* saveDraft(before: Session, draft: LogDraft): Script<string[]> {
  yield* saveLog(before.id, draft.writes)
  yield* saveSession(before, draft.session)
  yield* saveWork(draft.work.values())
  return [before.id, before.environmentId]
}

function* loadDraft(session: Session, now: number): Script<LogDraft> {
  const { liveWorkId } = session
  const work = liveWorkId === undefined ? undefined : yield* readWorkById(liveWorkId)
  return startLogDraft(session, now, work)
}

function* change(
  session: Session,
  command: UpdateSession | ArchiveSession,
  now: number,
): Script<Result<Session>> {
  const draft = startLogDraft(session, now)
  const refused =
    command.type === 'archive_session' ? decideArchive(draft) : decideUpdateSession(draft, command)
  if (refused) return refused
  return finished(draft.session, ...(yield* saveDraft(session, draft)))
}

function* deleteSession(
  session: Session,
  now: number,
): Script<Result<{ readonly isGone: boolean }>> {
  if (isUnderWay(session.status)) {
    const message =
      'Cannot delete session while it is running. Send an interrupt event or wait for the session to complete.'
    return { kind: 'refused', problem: { code: 'invalid', message } }
  }
  const { work } = yield* loadDraft(session, now)
  for (const item of work.values()) {
    yield* saveWork([{ ...item, state: 'stopped', stoppedAt: now }])
  }
  const isGone = yield* removeSession(session.id)
  return finished({ isGone }, session.id)
}

function* send(session: Session, command: SendEvents, now: number): Script<Result> {
  const draft = yield* loadDraft(session, now)
  const answers = yield* loadAnswers(session, command.events)
  const decision = decideSend(draft, { answers }, command.events)
  if (decision.kind === 'refused') return decision
  return finished(decision.entries, ...(yield* saveDraft(session, draft)))
}

/** A result that is open needs no look at older ones. */
function* loadAnswers(session: Session, events: readonly InboundEvent[]) {
  const isWaiting = (id: string) => session.waiting.some(({ callId }) => callId === id)
  const isOpen = (id: string) => session.calls.some((call) => call.id === id) && !isWaiting(id)
  const callIds = events.flatMap((event) => answeredBy(event) ?? [])
  return yield* readAnswers(
    session.id,
    callIds.filter((id) => !isOpen(id)),
  )
}

function* createTurn(session: Session, command: CreateTurn, now: number): Script<Result<Turn>> {
  const { idempotencyKey, message, stores } = command
  if (idempotencyKey !== undefined) {
    const known = yield* readTurnByKey(session.id, idempotencyKey)
    if (known !== undefined) return finished(known)
  }
  const isBusy = session.status !== 'idle' || session.stopReason?.type === 'requires_action'
  if (isBusy && session.archivedAt === undefined) {
    const what = session.status === 'idle' ? 'waits for answers' : `is ${session.status}`
    const message = `Session ${session.id} ${what}: a turn begins when it is idle.`
    return { kind: 'refused', problem: { code: 'busy', message } }
  }
  const draft = yield* loadDraft({ ...session, isAttended: true }, now)
  const decision = decideSend(draft, { answers: new Map() }, [message])
  if (decision.kind === 'refused') return decision
  const turn: Turn = {
    id: makeTurnId(now),
    workspaceId: session.workspaceId,
    sessionId: session.id,
    messageId: message.id,
    head: session.head,
    stores,
    createdAt: now,
    result: undefined,
  }
  yield* insertTurn(turn, idempotencyKey)
  return finished(turn, ...(yield* saveDraft(session, draft)))
}

function* finishTurn({ sessionId, turnId, result }: FinishTurn): Script<Result<Turn>> {
  const turn = yield* readTurn(sessionId, turnId)
  if (turn === undefined) {
    return { kind: 'refused', problem: { code: 'not_found', message: 'turn not found' } }
  }
  if (turn.result !== undefined) return finished(turn)
  const done = { ...turn, result }
  yield* saveTurn(done)
  return finished(done)
}

function* lease(
  { session, lease: holder, leaseUntil }: LockedSession,
  command: ClaimSession | RenewLease | ReleaseLease,
  now: number,
): Script<Result> {
  const isOurs = holder === command.lease && leaseUntil > now
  if (command.type === 'release_lease') {
    if (!isOurs) return finished(undefined)
    yield* setLease(session.id, undefined, 0)
    return finished(undefined, session.id)
  }
  const isFree = isUnderWay(session.status) && leaseUntil <= now
  if (command.type === 'claim_session' ? !isFree : !isOurs) return leaseLost
  yield* setLease(session.id, command.lease, now + command.leaseMs)
  return finished({ ...session, isTakenOver: holder !== undefined })
}

function* appendEvents(
  { session, lease: holder }: LockedSession,
  command: AppendEvents,
  now: number,
): Script<Result> {
  // An expired lease that nobody took since is as good as one that holds.
  if (holder !== command.lease) return leaseLost
  const draft = yield* loadDraft(session, now)
  const decision = decideAppend(draft, command.batch)
  if (decision.kind === 'refused') return decision
  const topics = yield* saveDraft(session, draft)
  if (decision.answer.status === 'idle') yield* freeLease(session)
  return finished(decision.answer, ...topics)
}

/** The next message makes a claim of its own, by whichever server comes first. */
function* freeLease({ id }: Session): Script<void> {
  yield* execute('UPDATE sessions SET lease = NULL, lease_until = 0 WHERE id = $1', id)
}
