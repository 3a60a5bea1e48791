import type { StreamEventsInput, StreamItem } from '../../api/sessions.ts'
import type { Caller } from '../../domain/caller.ts'
import { invalid, notFound } from '../../domain/errors.ts'
import { makeEventId, type SessionId } from '../../domain/ids.ts'
import type { LogEntry, StatusChanged } from '../../domain/session/event.ts'
import type { LiveDelta } from '../../domain/session/runner-port.ts'
import type { Session } from '../../domain/session/session.ts'
import type { App } from '../app.ts'
import { wakeupOn, type Wakeup } from './wakeup.ts'

const pageEvents = 500
/** However quiet the signals are, the log is looked at this often. */
const lookEveryMs = 5_000
const deltasMax = 10_000
const announced = ['agent.message', 'agent.thinking'] as const

interface Following {
  readonly input: StreamEventsInput
  readonly reach: () => Promise<Session>
}

/**
 * The events of a session as they get their place, and the words of the model before that. The
 * first item says that nothing will be missed from here on.
 */
export async function* follow(
  app: App,
  caller: Caller,
  { input, reach }: Following,
): AsyncGenerator<StreamItem> {
  const wanted = parseDeltas(input.deltas)
  const session = await reach()
  using wakeup = wakeupOn(app.storage, (topic) => topic === session.id)
  const deltas: LiveDelta[] = []
  const endListening = app.storage.listen(({ sessionId, body }) => {
    const delta = body as LiveDelta
    if (sessionId !== session.id || !isWanted(delta, wanted) || deltas.length >= deltasMax) return
    deltas.push(delta)
    wakeup.wake()
  })
  const endWatching = app.watchers?.add(session.id)
  try {
    const cursor = await startOf(app, session, input.after)
    yield { kind: 'open' }
    yield* run(app, caller, { session, cursor, deltas, wakeup, signal: input.signal })
  } finally {
    endWatching?.()
    endListening()
  }
}

function parseDeltas(input: readonly string[] = []): ReadonlySet<string> {
  for (const type of input) {
    if (!announced.some((known) => known === type)) {
      throw invalid('event_deltas[]', `must be of ${announced.join(', ')}`)
    }
  }
  return new Set(input)
}

/** Words belong to messages; of thinking only the start is told. */
function isWanted(delta: LiveDelta, wanted: ReadonlySet<string>): boolean {
  return wanted.has(delta.type === 'event_start' ? delta.event.type : 'agent.message')
}

async function startOf(app: App, session: Session, after: string | undefined): Promise<number> {
  const { sessions } = app.storage.view
  if (after === undefined) {
    // Read after listening began: whatever comes later is above it.
    const current = await sessions.session(session.workspaceId, session.id)
    return current?.head ?? session.head
  }
  const entry = await sessions.event(session.id, after)
  if (entry === undefined) throw notFound('event')
  return entry.processedAt ?? session.head
}

interface Run {
  readonly session: Session
  readonly cursor: number
  readonly deltas: LiveDelta[]
  readonly wakeup: Wakeup
  readonly signal: AbortSignal
}

async function* run(app: App, caller: Caller, given: Run): AsyncGenerator<StreamItem> {
  const { session, deltas, wakeup, signal } = given
  let { cursor } = given
  const sent = new Set<string>()
  while (!signal.aborted) {
    const entries = await entriesAfter(app, session.id, cursor)
    const ids = new Set<string>(entries.map(({ event }) => event.id))
    // What announces an event goes before it, and what comes too late goes nowhere.
    const words = deltas.splice(0).filter((delta) => !sent.has(eventOf(delta)))
    const isBefore = (delta: LiveDelta) => ids.has(eventOf(delta))
    yield* words.filter(isBefore).map((delta) => ({ kind: 'delta' as const, delta }))
    for (const entry of entries) {
      yield { kind: 'entry', entry }
      cursor = entry.processedAt ?? cursor
      if (entry.event.type.startsWith('agent.')) sent.add(entry.event.id)
      if (entry.event.type === 'session.status_terminated') return
    }
    yield* words
      .filter((delta) => !isBefore(delta))
      .map((delta) => ({ kind: 'delta' as const, delta }))
    if (entries.length > 0) continue
    const ending = await endingOf(app, caller, session)
    if (ending !== undefined) return yield { kind: 'entry', entry: ending }
    await wakeup.wait(lookEveryMs, signal)
  }
}

function entriesAfter(app: App, sessionId: SessionId, above: number) {
  return app.storage.view.sessions.events({
    sessionId,
    order: 'asc',
    types: undefined,
    above,
    below: undefined,
    processedOnly: true,
    raw: false,
    limit: pageEvents,
  })
}

function eventOf(delta: LiveDelta): string {
  return delta.type === 'event_start' ? delta.event.id : delta.eventId
}

/** What ends a stream and stands in no log: the session is gone, or its worker may save and go. */
async function endingOf(
  app: App,
  { worker }: Caller,
  session: Session,
): Promise<LogEntry | undefined> {
  const { sessions } = app.storage.view
  const current = await sessions.session(session.workspaceId, session.id)
  if (current === undefined) return endingEntry(app, 'session.deleted')
  if (worker?.workId === undefined) return undefined
  const item = await sessions.work(worker.environmentId, worker.workId)
  return item?.releasedAt === undefined ? undefined : endingEntry(app, 'session.status_terminated')
}

function endingEntry({ clock }: App, type: StatusChanged['type']): LogEntry {
  const now = clock()
  return { event: { id: makeEventId(now), type }, processedAt: now * 1_000, raw: undefined }
}
