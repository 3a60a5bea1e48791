import { SessionCheck } from '../../domain/guard/check-session.ts'
import type { Report } from '../../domain/guard/check-store.ts'
import type { SessionEvent } from '../../domain/session/event.ts'
import type { Session } from '../../domain/session/session.ts'
import { waitingFrom } from '../sessions/events.ts'
import { select, type Script } from '../sessions/script.ts'
import { sessionOf } from '../sessions/sessions.ts'

// Sessions are kept alike by both engines, so their check is written once.

interface SessionRow {
  readonly id: string
  readonly workspace_id: string
  readonly status: string
  readonly head: number
  readonly fixed: string
  readonly state: string
}

interface EventRow {
  readonly place: number
  readonly id: string
  readonly type: string
  readonly answers: string | null
  readonly body: string
  readonly raw: string | null
}

const eventsMax = 500

const nextSql = `SELECT id, workspace_id, status, head, fixed, state FROM sessions
  WHERE id > $1 ORDER BY id LIMIT 1`
const eventsSql = `SELECT place, id, type, answers, body, raw FROM session_events
  WHERE session_id = $1 AND place > $2 ORDER BY place LIMIT $3`

export interface SessionSlice {
  readonly id: string
  readonly events: number
}

/** The next session after an id, from one committed state; undefined behind the last one. */
export function* verifySession(
  afterId: string,
  report: (id: string) => Report,
): Script<SessionSlice | undefined> {
  const [row] = yield* select<SessionRow>(nextSql, afterId)
  if (row === undefined) return undefined
  const tell = report(row.id)
  const session = parsed(() => sessionOf(row))
  if (session === undefined) tell('session', '', 'is no JSON')
  const check = session && newCheck(row, session, tell)
  let events = 0
  for (let after = 0; ;) {
    const rows = yield* select<EventRow>(eventsSql, row.id, after, eventsMax)
    for (const event of rows) {
      check?.event(eventOf(event))
      const { raw } = event
      if (raw !== null && parsed(() => JSON.parse(raw) as unknown) === undefined) {
        tell('session', `event ${event.id}`, 'keeps what is no JSON beside it')
      }
    }
    events += rows.length
    after = rows.at(-1)?.place ?? after
    if (rows.length < eventsMax) break
  }
  check?.finish()
  yield* verifyTurns(row.id, tell)
  return { id: row.id, events }
}

function newCheck(row: SessionRow, session: Session, report: Report): SessionCheck {
  const { status, head, workspace_id: workspaceId } = row
  return new SessionCheck({ session, status, head, workspaceId }, report)
}

function eventOf(row: EventRow) {
  const { place, id, type, body } = row
  const event = parsed(() => JSON.parse(body) as SessionEvent)
  const isWaiting = place >= waitingFrom
  return { place, isWaiting, id, type, event, answers: row.answers ?? undefined }
}

function parsed<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

interface TurnRow {
  readonly id: string
  readonly body: string
}

const turnsSql = 'SELECT id, body FROM session_turns WHERE session_id = $1'
const eventSql = 'SELECT id FROM session_events WHERE session_id = $1 AND id = $2'

function* verifyTurns(sessionId: string, report: Report): Script<void> {
  for (const { id, body } of yield* select<TurnRow>(turnsSql, sessionId)) {
    const turn = parsed(() => JSON.parse(body) as { id: string; messageId: string })
    if (turn?.id !== id) {
      report('session', `turn ${id}`, 'is no JSON, or filed under another id')
      continue
    }
    const [message] = yield* select<{ id: string }>(eventSql, sessionId, turn.messageId)
    if (message === undefined)
      report('session', `turn ${id}`, 'began with a message not in the log')
  }
}

interface WorkspaceRow {
  readonly id: string
  readonly stores: number
  readonly counted: number
}

const workspacesSql = `SELECT w.id, w.stores, (SELECT count(*) FROM stores s
    WHERE s.workspace_id = w.id AND s.deleted_at IS NULL) AS counted
  FROM workspaces w ORDER BY w.id`
const inNoWorkspaceSql = (table: string) => `SELECT r.id FROM ${table} r
  WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = r.workspace_id)`
/** Rows of a session that is neither there nor deleted and on its way out. */
const strayRowsSql = (table: string) => `SELECT DISTINCT r.session_id AS id FROM ${table} r
  WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = r.session_id)
    AND NOT EXISTS (SELECT 1 FROM deleted_sessions d WHERE d.id = r.session_id)`
const undeadSql = `SELECT d.id FROM deleted_sessions d JOIN sessions s ON s.id = d.id`
const undeadStoresSql = `SELECT e.store_id AS id FROM store_endings e
  JOIN stores s ON s.id = e.store_id AND s.deleted_at IS NULL`
const strayEndingsSql = `SELECT e.store_id AS id FROM store_endings e
  WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = e.workspace_id)`
const strayAgentsSql = `SELECT s.id FROM sessions s
  WHERE NOT EXISTS (SELECT 1 FROM agents a WHERE a.id = s.agent_id)`
const strayVersionsSql = `SELECT DISTINCT v.agent_id AS id FROM agent_versions v
  WHERE NOT EXISTS (SELECT 1 FROM agents a WHERE a.id = v.agent_id)`

/** Counters of workspaces, and what belongs to what is not there. */
export function* verifyTenancy(report: (id: string) => Report): Script<void> {
  for (const { id, stores, counted } of yield* select<WorkspaceRow>(workspacesSql)) {
    if (stores === counted) continue
    report(id)('tally', '', `counts ${stores} stores, there are ${counted}`)
  }
  const strays = [
    [inNoWorkspaceSql('api_keys'), 'is a key of a workspace that is not there'],
    [inNoWorkspaceSql('agents'), 'is an agent of a workspace that is not there'],
    [inNoWorkspaceSql('environments'), 'is an environment of a workspace that is not there'],
    [strayAgentsSql, 'is a session of an agent that is not there'],
    [strayRowsSql('session_events'), 'is a session that is not there, and has events'],
    [strayRowsSql('session_turns'), 'is a session that is not there, and has turns'],
    [strayRowsSql('session_stores'), 'is a session that is not there, and has stores'],
    [undeadSql, 'is a session that is deleted, and is there'],
    [undeadStoresSql, 'is a store that came to its end, and is there'],
    [strayEndingsSql, 'is a store that came to its end in a workspace that is not there'],
    [strayVersionsSql, 'is an agent that is not there, and has versions'],
  ] as const
  for (const [sql, message] of strays) {
    for (const { id } of yield* select<{ id: string }>(sql)) report(id)('reference', '', message)
  }
}
