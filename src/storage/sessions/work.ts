import type { WorkItem } from '../../domain/session/work.ts'
import type { SessionToken, WorksQuery } from '../port/session-reads.ts'
import { execute, select } from './script.ts'
import type { Script } from './script.ts'
import { sessionOf, type SessionRow } from './sessions.ts'

interface BodyRow {
  readonly body: string
}

const itemOf = ({ body }: BodyRow): WorkItem => JSON.parse(body) as WorkItem

export function* saveWork(items: Iterable<WorkItem>): Script<void> {
  for (const item of items) {
    yield* execute(
      `INSERT INTO work_items (id, session_id, environment_id, state, created_at, body)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body`,
      item.id,
      item.sessionId,
      item.environmentId,
      item.state,
      item.createdAt,
      JSON.stringify(item),
    )
  }
}

export function* saveToken(item: WorkItem): Script<void> {
  const sql = 'INSERT INTO session_tokens (secret_sha256, work_id, session_id) VALUES ($1, $2, $3)'
  yield* execute(sql, item.tokenSha256 ?? '', item.id, item.sessionId)
}

export function* readWorkById(workId: string): Script<WorkItem | undefined> {
  const [row] = yield* select<BodyRow>('SELECT body FROM work_items WHERE id = $1', workId)
  return row && itemOf(row)
}

export function* readWork(environmentId: string, workId: string): Script<WorkItem | undefined> {
  const sql = 'SELECT body FROM work_items WHERE id = $1 AND environment_id = $2'
  const [row] = yield* select<BodyRow>(sql, workId, environmentId)
  return row && itemOf(row)
}

/** Newest first. */
export function* readWorks({ environmentId, after, limit }: WorksQuery): Script<WorkItem[]> {
  const sql = `SELECT body FROM work_items WHERE environment_id = $1 AND (created_at, id) < ($2, $3)
    ORDER BY created_at DESC, id DESC LIMIT $4`
  const position = [after?.createdAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? ''] as const
  return (yield* select<BodyRow>(sql, environmentId, ...position, limit)).map(itemOf)
}

/** Not stopped, oldest first; of every environment when none is named. */
export function* readLiveWork(
  environmentId: string | undefined,
  limit: number,
): Script<WorkItem[]> {
  const of = environmentId === undefined ? '' : ' AND environment_id = $2'
  const sql = `SELECT body FROM work_items WHERE state <> 'stopped'${of}
    ORDER BY created_at, id LIMIT $1`
  const values = environmentId === undefined ? [limit] : [limit, environmentId]
  return (yield* select<BodyRow>(sql, ...values)).map(itemOf)
}

export function* readToken(secretSha256: string): Script<SessionToken | undefined> {
  const sql = `SELECT w.body FROM session_tokens t JOIN work_items w ON w.id = t.work_id
    WHERE t.secret_sha256 = $1`
  const [row] = yield* select<BodyRow>(sql, secretSha256)
  if (row === undefined) return undefined
  const work = itemOf(row)
  const sessionSql = 'SELECT fixed, state FROM sessions WHERE id = $1'
  const [session] = yield* select<SessionRow>(sessionSql, work.sessionId)
  return { work, session: session && sessionOf(session) }
}
