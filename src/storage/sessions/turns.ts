import type { Turn } from '../../domain/session/turn.ts'
import { execute, select } from './script.ts'
import type { Script } from './script.ts'

interface BodyRow {
  readonly body: string
}

const turnOf = ({ body }: BodyRow): Turn => JSON.parse(body) as Turn

export function* insertTurn(turn: Turn, idempotencyKey: string | undefined): Script<void> {
  const sql =
    'INSERT INTO session_turns (id, session_id, idempotency_key, body) VALUES ($1, $2, $3, $4)'
  yield* execute(sql, turn.id, turn.sessionId, idempotencyKey ?? null, JSON.stringify(turn))
}

export function* saveTurn(turn: Turn): Script<void> {
  yield* execute('UPDATE session_turns SET body = $2 WHERE id = $1', turn.id, JSON.stringify(turn))
}

export function* readTurn(sessionId: string, turnId: string): Script<Turn | undefined> {
  const sql = 'SELECT body FROM session_turns WHERE id = $1 AND session_id = $2'
  const [row] = yield* select<BodyRow>(sql, turnId, sessionId)
  return row && turnOf(row)
}

export function* readTurnByKey(sessionId: string, key: string): Script<Turn | undefined> {
  const sql = 'SELECT body FROM session_turns WHERE session_id = $1 AND idempotency_key = $2'
  const [row] = yield* select<BodyRow>(sql, sessionId, key)
  return row && turnOf(row)
}
