import type { SessionId } from '../../domain/ids.ts'
import { finished, execute, select, type Result, type Script } from './script.ts'

/** What one slice removes at most: well under 50 ms of a writer. */
export const sliceRows = 200
const sliceBytes = 262_144

/**
 * Takes the session away from everybody, and a first slice of its rows. Its items of work stay:
 * workers may still ask for them.
 */
export function* removeSession(sessionId: SessionId): Script<boolean> {
  yield* execute('INSERT INTO deleted_sessions (id) VALUES ($1)', sessionId)
  yield* execute('DELETE FROM session_stores WHERE session_id = $1', sessionId)
  yield* execute('DELETE FROM sessions WHERE id = $1', sessionId)
  return yield* removeSlice(sessionId)
}

/** A further slice of a deleted session; nothing when there is none, or when it is not deleted. */
export function* reapSession(sessionId: SessionId): Script<Result<{ readonly isGone: boolean }>> {
  const sql = 'SELECT id FROM deleted_sessions WHERE id = $1'
  const isDeleted = (yield* select(sql, sessionId)).length > 0
  return finished({ isGone: !isDeleted || (yield* removeSlice(sessionId)) })
}

export function* readDeletedSessions(limit: number): Script<SessionId[]> {
  const sql = 'SELECT id FROM deleted_sessions ORDER BY id LIMIT $1'
  return (yield* select<{ id: SessionId }>(sql, limit)).map(({ id }) => id)
}

/** @returns whether nothing is left */
function* removeSlice(sessionId: SessionId): Script<boolean> {
  const isLast = (yield* removeEvents(sessionId)) && (yield* removeTurns(sessionId))
  if (isLast) yield* execute('DELETE FROM deleted_sessions WHERE id = $1', sessionId)
  return isLast
}

interface EventRow {
  readonly place: number
  readonly bytes: number
}

function* removeEvents(sessionId: SessionId): Script<boolean> {
  const rows = yield* select<EventRow>(
    `SELECT place, octet_length(body) + coalesce(octet_length(raw), 0) AS bytes
      FROM session_events WHERE session_id = $1 ORDER BY place LIMIT $2`,
    sessionId,
    sliceRows,
  )
  let [taken, bytes] = [0, 0]
  for (const row of rows) {
    if (taken > 0 && bytes + row.bytes > sliceBytes) break
    taken += 1
    bytes += row.bytes
  }
  const last = rows[taken - 1]
  if (last === undefined) return true
  const sql = 'DELETE FROM session_events WHERE session_id = $1 AND place <= $2'
  yield* execute(sql, sessionId, last.place)
  return taken === rows.length && rows.length < sliceRows
}

function* removeTurns(sessionId: SessionId): Script<boolean> {
  const sql = 'SELECT id FROM session_turns WHERE session_id = $1 LIMIT $2'
  const rows = yield* select<{ id: string }>(sql, sessionId, sliceRows)
  for (const { id } of rows) yield* execute('DELETE FROM session_turns WHERE id = $1', id)
  return rows.length < sliceRows
}
