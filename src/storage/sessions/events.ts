import type { LogEntry, SessionEvent } from '../../domain/session/event.ts'
import type { LogWrite } from '../../domain/session/log-draft.ts'
import type { EventsQuery, PlacedEntry } from '../port/session-reads.ts'
import { execute, select, where } from './script.ts'
import type { Script } from './script.ts'

/** Places from here on are no times: what stands there waits. The year 2223 is below it. */
export const waitingFrom = 8_000_000_000_000_000

interface EventRow {
  readonly place: number
  readonly body: string
  readonly raw?: string | null
}

function entryOf(row: EventRow): PlacedEntry {
  return {
    place: row.place,
    event: JSON.parse(row.body) as SessionEvent,
    processedAt: row.place < waitingFrom ? row.place : undefined,
    raw: row.raw ? (JSON.parse(row.raw) as unknown) : undefined,
  }
}

export function* saveLog(sessionId: string, writes: readonly LogWrite[]): Script<void> {
  for (const write of writes) {
    if (write.kind === 'place') {
      const sql = 'UPDATE session_events SET place = $3 WHERE session_id = $1 AND id = $2'
      yield* execute(sql, sessionId, write.id, write.processedAt)
    } else {
      yield* insertEntry(sessionId, write)
    }
  }
}

function* insertEntry(
  sessionId: string,
  { entry, arrival, answers }: Extract<LogWrite, { kind: 'append' }>,
): Script<void> {
  const { event, processedAt, raw } = entry
  yield* execute(
    `INSERT INTO session_events (session_id, place, id, type, answers, body, raw)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    sessionId,
    processedAt ?? waitingFrom + (arrival ?? 0),
    event.id,
    event.type,
    answers ?? null,
    JSON.stringify(event),
    raw === undefined ? null : JSON.stringify(raw),
  )
}

/** Results that are in the log already, by the calls that they answer. */
export function* readAnswers(
  sessionId: string,
  callIds: readonly string[],
): Script<Map<string, LogEntry>> {
  const answers = new Map<string, LogEntry>()
  for (const callId of callIds) {
    const sql = `SELECT place, body FROM session_events
      WHERE session_id = $1 AND answers = $2 AND answers IS NOT NULL`
    const [row] = yield* select<EventRow>(sql, sessionId, callId)
    if (row === undefined) continue
    const { event, processedAt, raw } = entryOf(row)
    answers.set(callId, { event, processedAt, raw })
  }
  return answers
}

export function* readEvent(sessionId: string, eventId: string): Script<PlacedEntry | undefined> {
  const sql = 'SELECT place, body FROM session_events WHERE session_id = $1 AND id = $2'
  const [row] = yield* select<EventRow>(sql, sessionId, eventId)
  return row && entryOf(row)
}

export function* readEvents(query: EventsQuery): Script<PlacedEntry[]> {
  const below = query.processedOnly
    ? Math.min(query.below ?? waitingFrom, waitingFrom)
    : query.below
  const types = query.types ?? []
  const filter = where(
    [query.sessionId, query.limit],
    [
      ['place > ?', query.above],
      ['place < ?', below],
    ],
  )
  const values = [...filter.values, ...types]
  const numbers = types.map((_, index) => `$${filter.values.length + index + 1}`)
  const inTypes = query.types === undefined ? '' : ` AND type IN (${numbers.join(', ')})`
  const sql = `SELECT place, body${query.raw ? ', raw' : ''} FROM session_events
    WHERE session_id = $1${filter.text}${inTypes} ORDER BY place ${query.order} LIMIT $2`
  return (yield* select<EventRow>(sql, ...values)).map(entryOf)
}
