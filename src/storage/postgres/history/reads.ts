import { parseMemoryId, versionIdAt } from '../../../domain/ids.ts'
import { within } from '../../../domain/memory/path.ts'
import type { Found, StoreScope } from '../../port/store-scope.ts'
import type {
  AsOf,
  BetweenQuery,
  Changed,
  HistoryReads,
  Logged,
  LogQuery,
} from '../../port/history-reads.ts'
import { select, type Session, type Statement } from '../connection.ts'
import { changeColumns, changeOf, kindNumbers, visibleStore, type FeedRow } from '../rows.ts'
import { getAsOf, listAllAsOf } from './as-of.ts'
import { listChildrenAsOf } from './children-as-of.ts'
import { readMoment } from './moment.ts'
import { leafOf, stateJson, type StateTuple } from './state.ts'

export function historyReads(session: Session): HistoryReads {
  return {
    moment: async (scope, input) => {
      const value = await readMoment(session, scope, input)
      return value === undefined ? { found: false, missing: 'store' } : { found: true, value }
    },
    memoriesAsOf: (scope, query) =>
      query.depth === 0
        ? listAllAsOf(session, scope, query)
        : listChildrenAsOf(session, scope, query),
    memoryAsOf: (scope, query) => getAsOf(session, scope, query),
    log: (scope, query) => listLog(session, scope, query),
    changedBetween: (scope, query) => changedBetween(session, scope, query),
  }
}

/** Filters that are not given are replaced by ones that let everything through: one plan each. */
function logStatement(name: string, memoryFilter: string): Statement {
  return {
    name,
    text: `SELECT ${changeColumns}, v.claimed, v.reason, v.target_seq, v.target_at, v.previous_path,
        v.prev_seq, v.previous_at
      FROM stores s
      LEFT JOIN LATERAL (SELECT c.*, b.path AS previous_path, b.at AS previous_at FROM changes c
        LEFT JOIN LATERAL (SELECT p.path, p.at FROM changes p
          WHERE p.store_id = $1 AND p.seq = c.prev_seq LIMIT 1) b ON true
        WHERE c.store_id = $1 AND c.seq < $3 ${memoryFilter}
          AND c.at BETWEEN $4 AND $5 AND c.kind = ANY($6::smallint[])
          AND ($7::text IS NULL OR c.actor = $7)
          AND ($8::text IS NULL OR c.path = $8 OR b.path = $8)
          AND ($9 = '/' OR (c.path >= $9 AND c.path < $10) OR (b.path >= $9 AND b.path < $10))
        ORDER BY c.seq DESC LIMIT $11) v ON true
      WHERE ${visibleStore} ORDER BY v.seq DESC`,
  }
}

const storeLogStatement = logStatement('history_log', '')
const memoryLogStatement = logStatement('history_log_of_memory', 'AND c.first_seq = $12')

type LogRow = FeedRow & { readonly prev_seq: number | null; readonly previous_at: number | null }
/** What a LEFT JOIN that found nothing leaves. */
type Nothing = { readonly seq: null }

const lastNumber = Number.MAX_SAFE_INTEGER

async function listLog(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  query: LogQuery,
): Promise<Found<Logged[]>> {
  const { kinds, memoryId, prefix } = query
  const [actor, ...others] = new Set(query.actors)
  const { from, to } = within(prefix)
  const values = [
    storeId,
    workspaceId,
    // Two different actors match nothing.
    others.length > 0 ? 0 : (query.beforeSeq ?? lastNumber),
    Math.ceil(query.createdFrom ?? 0),
    Math.floor(query.createdTo ?? lastNumber),
    kinds.length === 0 ? Object.values(kindNumbers) : kinds.map((kind) => kindNumbers[kind]),
    actor ?? null,
    query.path ?? null,
    from,
    to,
    query.limit,
  ]
  // A memory id of another store, or none at all, matches nothing.
  const position = memoryId === undefined ? undefined : parseMemoryId(storeId, memoryId)
  const rows =
    memoryId === undefined
      ? await select<LogRow | Nothing>(session, storeLogStatement, values)
      : await select<LogRow | Nothing>(session, memoryLogStatement, [...values, position?.seq ?? 0])
  if (rows.length === 0) return { found: false, missing: 'store' }
  const value = rows.filter((row) => row.seq !== null).map((row) => loggedOf(storeId, row))
  return { found: true, value }
}

function loggedOf(storeId: StoreScope['storeId'], row: LogRow): Logged {
  const { prev_seq: seq, previous_at: at } = row
  const previousVersionId =
    seq === null || at === null ? undefined : versionIdAt(storeId, { seq, at })
  return { ...changeOf(storeId, row), previousVersionId }
}

const betweenStatement: Statement = {
  name: 'history_between',
  text: `SELECT n.history_from, ${stateJson('b')} AS before, ${stateJson('a')} AS after,
      span.first_seq
    FROM stores s JOIN counters n ON n.store_id = s.id
    LEFT JOIN (SELECT first_seq, min(seq) AS oldest, max(seq) AS newest FROM changes
      WHERE store_id = $1 AND seq > $3 AND seq <= $4 AND kind < 3 GROUP BY first_seq) span ON true
    LEFT JOIN LATERAL (SELECT * FROM changes c
      WHERE c.store_id = $1 AND c.seq = span.newest LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT p.* FROM changes o JOIN changes p
      ON p.store_id = $1 AND p.seq = o.prev_seq
      WHERE o.store_id = $1 AND o.seq = span.oldest LIMIT 1) b ON true
    WHERE ${visibleStore}`,
}

interface BetweenRow {
  readonly history_from: number
  readonly first_seq: number | null
  readonly before: StateTuple | null
  readonly after: StateTuple | null
}

async function changedBetween(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  { from, to }: BetweenQuery,
): Promise<Found<AsOf<Changed[]>>> {
  const values = [storeId, workspaceId, from, to]
  const rows = await select<BetweenRow>(session, betweenStatement, values)
  const [first] = rows
  if (first === undefined) return { found: false, missing: 'store' }
  const value = rows
    .filter((row) => row.first_seq !== null)
    .map((row) => ({ before: leafOf(row.before), after: leafOf(row.after) }))
  return { found: true, value: { value, historyFrom: first.history_from } }
}
