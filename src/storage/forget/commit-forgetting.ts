import { unreachable } from '../../domain/assert.ts'
import type {
  ForgetCommand,
  ForgetSession,
  RedactTexts,
  SaveForgetting,
} from '../../domain/forget/command.ts'
import { Matcher } from '../../domain/forget/words.ts'
import type { Problem } from '../../domain/errors.ts'
import { execute, finished, select, type Result, type Script } from '../sessions/script.ts'
import { deleteSessionRows, lockSession } from '../sessions/sessions.ts'
import { columnsOf, redactRow, type Columns } from './redact-row.ts'
import { placeOf } from './scan-texts.ts'

export function commitForgetting(command: ForgetCommand): Script<Result> {
  switch (command.type) {
    case 'redact_texts':
      return redactTexts(command)
    case 'forget_session':
      return forgetSession(command)
    case 'save_forgetting':
      return saveForgetting(command)
    default:
      return unreachable(command)
  }
}

function runs(sessionId: string): { readonly kind: 'refused'; readonly problem: Problem } {
  const message = `Session ${sessionId} runs: interrupt it or wait, then forget again.`
  return { kind: 'refused', problem: { code: 'busy', message } }
}

/** Rows are read again: they may have changed since they were found. */
function* redactTexts(command: RedactTexts): Script<Result> {
  const place = placeOf(command.place)
  if (place.owners === 'sessions' && (yield* isRunning(command.workspaceId, command.owner))) {
    return runs(command.owner)
  }
  const matcher = new Matcher(command.words)
  const columns = [...new Set([place.key, place.name ?? place.key, ...columnsOf(place)])]
  const isOwned = place.owners !== 'everybody'
  const changed: string[] = []
  for (const key of command.keys) {
    const whose = isOwned ? ` AND ${place.owner} = $2` : ''
    const where = `WHERE ${place.key} = $1${whose}`
    const values = isOwned ? [key, command.owner] : [key]
    const sql = `SELECT ${columns.join(', ')} FROM ${place.table} ${where}`
    const [row] = yield* select<Columns>(sql, ...values)
    if (row === undefined) continue
    const redacted = Object.entries(redactRow(place, row, matcher))
    if (redacted.length === 0) continue
    const sets = redacted.map(([column], index) => `${column} = $${values.length + index + 1}`)
    const update = `UPDATE ${place.table} SET ${sets.join(', ')} ${where}`
    yield* execute(update, ...values, ...redacted.map(([, value]) => value))
    changed.push(String(row[place.name ?? place.key]))
  }
  return finished(changed, ...(place.owners === 'sessions' ? [command.owner] : []))
}

function* isRunning(workspaceId: string, sessionId: string): Script<boolean> {
  const locked = yield* lockSession(workspaceId, sessionId)
  const status = locked?.session.status
  return status === 'running' || status === 'rescheduling'
}

/** Events removed together at most. */
const eventsMax = 200

function* forgetSession({ workspaceId, sessionId }: ForgetSession): Script<Result<boolean>> {
  if (yield* isRunning(workspaceId, sessionId)) return runs(sessionId)
  const placesSql = `SELECT place FROM session_events WHERE session_id = $1
    ORDER BY place LIMIT ${eventsMax}`
  const places = yield* select<{ place: number }>(placesSql, sessionId)
  const last = places.at(-1)
  if (places.length === eventsMax && last !== undefined) {
    const sql = 'DELETE FROM session_events WHERE session_id = $1 AND place <= $2'
    yield* execute(sql, sessionId, last.place)
    return finished(false)
  }
  for (const table of ['session_tokens', 'work_items']) {
    yield* execute(`DELETE FROM ${table} WHERE session_id = $1`, sessionId)
  }
  yield* deleteSessionRows(sessionId)
  return finished(true, sessionId)
}

function* saveForgetting(command: SaveForgetting): Script<Result<undefined>> {
  const { id, workspaceId, seal, startedAt, finishedAt, body } = command
  yield* execute(
    `INSERT INTO forget_runs (id, workspace_id, seal, started_at, finished_at, body)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO UPDATE SET finished_at = excluded.finished_at, body = excluded.body`,
    id,
    workspaceId,
    seal,
    startedAt,
    finishedAt ?? null,
    body,
  )
  return finished(undefined)
}
