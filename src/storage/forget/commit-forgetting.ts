import { assert, unreachable } from '../../domain/assert.ts'
import type {
  ForgetCommand,
  ForgetSession,
  RedactTexts,
  SaveForgetting,
} from '../../domain/forget/command.ts'
import type { Problem } from '../../domain/errors.ts'
import { isUnderWay } from '../../domain/session/session.ts'
import {
  execute,
  finished,
  select,
  selectLocked,
  type Result,
  type Script,
} from '../sessions/script.ts'
import { lockSession } from '../sessions/sessions.ts'
import type { TextCursor } from '../port/forget.ts'
import type { TextPlace } from './places.ts'
import { textOf, type Columns } from './redact-row.ts'
import { placeOf, rowSql, whereRow } from './scan-texts.ts'

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

/** A row that changed since it was read is left alone: the next look finds it again. */
function* redactTexts(command: RedactTexts): Script<Result<undefined>> {
  const place = placeOf(command.place)
  const { owner } = command
  if (place.claim !== undefined) {
    yield* replaceClaims(command, place)
    return finished(undefined)
  }
  if (place.owners === 'sessions' && (yield* isRunning(command.workspaceId, owner))) {
    return runs(owner)
  }
  for (const { key, before, after } of command.changes) {
    const [row] = yield* selectLocked<Columns>(...rowSql(place, owner, key))
    const isSame = Object.entries(before).every(([column, text]) => {
      return row !== undefined && textOf(row[column]) === text
    })
    if (isSame) yield* replace(place, { owner, key }, Object.entries(after))
  }
  return finished(undefined, ...(place.owners === 'sessions' ? [owner] : []))
}

function* replace(
  place: TextPlace,
  cursor: TextCursor,
  columns: readonly (readonly [string, string | null])[],
): Script<void> {
  const [where, ...values] = whereRow(place, cursor)
  const sets = columns.map(([column], index) => `${column} = $${values.length + index + 1}`)
  const update = `UPDATE ${place.table} SET ${sets.join(', ')} ${where}`
  yield* execute(update, ...values, ...columns.map(([, value]) => value))
}

/** Claims that one statement replaces. */
const claimsAtOnce = 50

/** A store may have very many, so each statement compares and replaces several. */
function* replaceClaims(
  { owner, changes }: RedactTexts,
  { table, key, owner: column, claim }: TextPlace,
): Script<void> {
  assert(claim !== undefined, 'the place holds claims')
  const rows = Array.from({ length: claimsAtOnce }, (_, row) => {
    return `($${3 * row + 2}, $${3 * row + 3}, $${3 * row + 4})`
  })
  // Named a second time, keys are looked up; joined alone, SQLite may walk all claims of the store.
  const keys = rows.map((_, row) => `CAST($${3 * row + 2} AS bigint)`)
  const sql = `UPDATE ${table} SET ${claim} = v.column3 FROM (VALUES ${rows.join(', ')}) AS v
    WHERE ${column} = $1 AND ${key} IN (${keys.join(', ')})
      AND ${key} = CAST(v.column1 AS bigint) AND ${claim} = v.column2`
  for (let start = 0; start < changes.length; start += claimsAtOnce) {
    const slice = changes.slice(start, start + claimsAtOnce)
    const last = slice.at(-1)
    assert(last !== undefined, 'a slice of changes holds one')
    // The last one stands for those that are not there: one text serves any number.
    const filled = Array.from({ length: claimsAtOnce }, (_, row) => slice[row] ?? last)
    const values = filled.flatMap(({ key: of, before, after }) => {
      return [String(of), before[claim] ?? null, after[claim] ?? null]
    })
    yield* execute(sql, owner, ...values)
  }
}

function* isRunning(workspaceId: string, sessionId: string): Script<boolean> {
  const locked = yield* lockSession(workspaceId, sessionId)
  return isUnderWay(locked?.session.status)
}

const sessionTables = [
  'session_tokens',
  'work_items',
  'session_events',
  'session_stores',
  'session_turns',
]

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
  for (const table of sessionTables) {
    yield* execute(`DELETE FROM ${table} WHERE session_id = $1`, sessionId)
  }
  yield* execute('DELETE FROM sessions WHERE id = $1', sessionId)
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
