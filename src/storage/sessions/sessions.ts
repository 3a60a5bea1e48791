import type { SessionId } from '../../domain/ids.ts'
import type { Session } from '../../domain/session/session.ts'
import type { SessionsQuery } from '../port/session-reads.ts'
import { execute, select, selectLocked, where } from './script.ts'
import type { Script } from './script.ts'

export interface SessionRow {
  readonly fixed: string
  readonly state: string
  readonly lease: string | null
  readonly lease_until: number
}

type Fixed = Pick<
  Session,
  'id' | 'workspaceId' | 'environmentId' | 'environmentKind' | 'agent' | 'stores' | 'createdAt'
>

/** What never changes, or hardly ever, is written apart: a system prompt is long. */
function split(session: Session): { readonly fixed: Fixed; readonly state: object } {
  const { id, workspaceId, environmentId, environmentKind, agent, stores, createdAt, ...state } =
    session
  const fixed = { id, workspaceId, environmentId, environmentKind, agent, stores, createdAt }
  return { fixed, state }
}

export function sessionOf(row: Pick<SessionRow, 'fixed' | 'state'>): Session {
  return { ...(JSON.parse(row.fixed) as Fixed), ...(JSON.parse(row.state) as Session) }
}

export function* insertSession(session: Session): Script<void> {
  const { fixed, state } = split(session)
  yield* execute(
    `INSERT INTO sessions (id, workspace_id, environment_id, agent_id, agent_version, status,
      created_at, archived_at, head, lease, lease_until, fixed, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, NULL, 0, $9, $10)`,
    session.id,
    session.workspaceId,
    session.environmentId,
    session.agent.id,
    session.agent.version,
    session.status,
    session.createdAt,
    session.head,
    JSON.stringify(fixed),
    JSON.stringify(state),
  )
  for (const { storeId } of session.stores) {
    const sql = 'INSERT INTO session_stores (store_id, session_id) VALUES ($1, $2)'
    yield* execute(sql, storeId, session.id)
  }
}

export function* saveSession(before: Session, session: Session): Script<void> {
  if (before === session) return
  const { fixed, state } = split(session)
  yield* execute(
    'UPDATE sessions SET status = $2, archived_at = $3, head = $4, state = $5 WHERE id = $1',
    session.id,
    session.status,
    session.archivedAt ?? null,
    session.head,
    JSON.stringify(state),
  )
  if (before.agent === session.agent) return
  yield* execute('UPDATE sessions SET fixed = $2 WHERE id = $1', session.id, JSON.stringify(fixed))
}

export interface LockedSession {
  readonly session: Session
  readonly lease: string | undefined
  readonly leaseUntil: number
}

const sessionSql =
  'SELECT fixed, state, lease, lease_until FROM sessions WHERE id = $1 AND workspace_id = $2'

export function* lockSession(
  workspaceId: string,
  sessionId: string,
): Script<LockedSession | undefined> {
  const [row] = yield* selectLocked<SessionRow>(sessionSql, sessionId, workspaceId)
  if (row === undefined) return undefined
  return { session: sessionOf(row), lease: row.lease ?? undefined, leaseUntil: row.lease_until }
}

export function* setLease(
  sessionId: SessionId,
  lease: string | undefined,
  until: number,
): Script<void> {
  const sql = 'UPDATE sessions SET lease = $2, lease_until = $3 WHERE id = $1'
  yield* execute(sql, sessionId, lease ?? null, until)
}

export function* readSession(workspaceId: string, sessionId: string): Script<Session | undefined> {
  const [row] = yield* select<SessionRow>(sessionSql, sessionId, workspaceId)
  return row && sessionOf(row)
}

export function* readSessions(query: SessionsQuery): Script<Session[]> {
  const { workspaceId, after, limit, order } = query
  const isDown = order === 'desc'
  const start = isDown ? [Number.MAX_SAFE_INTEGER, ''] : [0, '']
  const position = after === undefined ? start : [after.createdAt, after.id]
  const filter = where(
    [workspaceId, ...position, limit],
    [
      ['created_at >= ?', query.createdFrom],
      ['created_at <= ?', query.createdTo],
      ['agent_id = ?', query.agentId],
      ['agent_version = ?', query.agentVersion],
      ['id IN (SELECT session_id FROM session_stores WHERE store_id = ?)', query.storeId],
    ],
  )
  const statuses = (query.statuses ?? []).map((status) => `'${status}'`).join(', ')
  const inStatus = query.statuses === undefined ? '' : ` AND status IN (${statuses})`
  const active = query.includeArchived ? '' : ' AND archived_at IS NULL'
  const sql = `SELECT fixed, state FROM sessions
    WHERE workspace_id = $1 AND (created_at, id) ${isDown ? '<' : '>'} ($2, $3)
      ${filter.text}${inStatus}${active}
    ORDER BY created_at ${order}, id ${order} LIMIT $4`
  return (yield* select<SessionRow>(sql, ...filter.values)).map(sessionOf)
}

export function* readClaimable(
  now: number,
  limit: number,
): Script<Pick<Session, 'id' | 'workspaceId'>[]> {
  const sql = `SELECT id, workspace_id FROM sessions
    WHERE status IN ('running', 'rescheduling') AND lease_until <= $1
    ORDER BY lease_until LIMIT $2`
  interface Row {
    readonly id: Session['id']
    readonly workspace_id: Session['workspaceId']
  }
  const rows = yield* select<Row>(sql, now, limit)
  return rows.map(({ id, workspace_id: workspaceId }) => ({ id, workspaceId }))
}
