import { parseMemoryId, type StoreId } from '../../../domain/ids.ts'
import { memoryOf, type ListItem, type Memory } from '../../../domain/memory/memory.ts'
import { within } from '../../../domain/memory/path.ts'
import { compareBytes } from '../../../domain/text.ts'
import type { Found, StoreScope } from '../../port/store-scope.ts'
import type { AsOf, AsOfQuery, MemoryAsOfQuery } from '../../port/history-reads.ts'
import { select, type Session, type Statement } from '../connection.ts'
import { headOf, textOf, visibleStore, type ContentRow } from '../rows.ts'
import { isLiveTuple, memoryOfState, stateJson, type StateTuple } from './state.ts'

// The state at a path after a change: the memory that lives there now, if it was there already,
// or else the one that left it next.

/** A memory's version that was current after the change with a sequence. */
export function versionAt(firstSeq: string, seq: string): string {
  return `(SELECT v.* FROM changes v
    WHERE v.store_id = $1 AND v.first_seq = ${firstSeq} AND v.kind < 3 AND v.seq <= ${seq}
    ORDER BY v.seq DESC LIMIT 1)`
}

const leftPath = `(SELECT c.left_path FROM changes c WHERE c.store_id = $1
  AND c.left_path IS NOT NULL AND c.left_path OP AND c.left_path < (SELECT path FROM bound)
  ORDER BY c.left_path LIMIT 1)`
export function leaverOf(path: string, seq: string): string {
  return `(SELECT c.first_seq FROM changes c WHERE c.store_id = $1 AND c.left_path = ${path}
    AND c.left_path IS NOT NULL AND c.seq > ${seq} ORDER BY c.seq LIMIT 1)`
}

/**
 * The next paths at which something lives, $6 of them, and those up to there that something ever
 * left, as many at most.
 */
const candidatesStatement: Statement = {
  name: 'history_candidates',
  text: `WITH RECURSIVE live AS MATERIALIZED (SELECT path, first_seq FROM memories
        WHERE store_id = $1 AND path >= $3 AND path < $4 ORDER BY path LIMIT $6::bigint),
    bound AS MATERIALIZED (SELECT CASE WHEN count(*) < $6::bigint THEN $4
        ELSE max(path) || E'\\x01' END AS path FROM live),
    l(path, number) AS (
      SELECT ${leftPath.replace('OP', '>= $3')}, 1
      UNION ALL SELECT ${leftPath.replace('OP', '> l.path')}, l.number + 1
      FROM l WHERE l.path IS NOT NULL AND l.number < $6::bigint),
    candidate AS (
      SELECT live.path, live.first_seq, false AS has_left FROM live
      UNION ALL SELECT l.path, ${leaverOf('l.path', '$5::bigint')}, true
      FROM l WHERE l.path IS NOT NULL)
    SELECT n.history_from, k.path AS candidate, k.has_left, v.kind, v.seq, v.at, v.first_seq,
      v.first_at, v.sha256, v.size, CASE WHEN $7 THEN v.content END AS content
    FROM stores s JOIN counters n ON n.store_id = s.id
    LEFT JOIN candidate k ON true
    LEFT JOIN LATERAL ${versionAt('k.first_seq', '$5::bigint')} v
      ON v.path = k.path AND v.kind < 2
    WHERE ${visibleStore} ORDER BY k.path, k.has_left`,
}

/** A version that was current at a path then; null where none was. */
export interface PastRow extends ContentRow {
  readonly candidate: string | null
  readonly seq: number | null
  readonly at: number
  readonly first_seq: number
  readonly first_at: number
  readonly sha256: Buffer
  readonly size: number
}

interface CandidateRow extends PastRow {
  readonly history_from: number
  readonly has_left: boolean | null
}

/** Paths looked at together, once a page needs more than it gives out. */
const chunkPaths = 256

/** The half-open range of paths still to be looked at. */
interface Range {
  readonly from: string
  readonly to: string
}

/** Everything below a directory, as it was. */
export async function listAllAsOf(
  session: Session,
  scope: StoreScope,
  query: AsOfQuery,
): Promise<Found<AsOf<ListItem[]>>> {
  const { to } = within(query.prefix)
  const value: ListItem[] = []
  let count = query.limit
  for (let from = startOf(query); ;) {
    const chunk: Chunk = { query, range: { from, to }, count }
    const rows = await loadCandidates(session, scope, chunk)
    const [first] = rows
    if (first === undefined) return { found: false, missing: 'store' }
    const last = endOf(rows, count)
    take(scope, { rows, last, query }, value)
    if (value.length >= query.limit || last === undefined) {
      return { found: true, value: { value, historyFrom: first.history_from } }
    }
    count = chunkPaths
    // No path holds U+0001: nothing sorts in between.
    from = `${last}\u0001`
  }
}

export function startOf({ prefix, after }: AsOfQuery): string {
  if (after === undefined) return within(prefix).from
  return after.endsWith('/') ? behind(after) : `${after}\u0001`
}

function behind(directory: string): string {
  return `${directory.slice(0, -1)}0`
}

interface Chunk {
  readonly query: AsOfQuery
  readonly range: Range
  readonly count: number
}

function loadCandidates(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  { query, range, count }: Chunk,
): Promise<CandidateRow[]> {
  const { seq, content } = query
  const values = [storeId, workspaceId, range.from, range.to, seq, count, content]
  return select<CandidateRow>(session, candidatesStatement, values)
}

/** Up to where both kinds of candidates are complete; undefined: to the end. */
function endOf(rows: readonly CandidateRow[], count: number): string | undefined {
  const ends = [true, false].flatMap((hasLeft) => {
    const paths = rows.filter((row) => row.has_left === hasLeft).map((row) => row.candidate)
    const last = paths.at(-1)
    return paths.length >= count && typeof last === 'string' ? [last] : []
  })
  return ends.sort(compareBytes)[0]
}

interface Taking {
  readonly rows: readonly CandidateRow[]
  readonly last: string | undefined
  readonly query: AsOfQuery
}

function take({ storeId }: StoreScope, { rows, last, query }: Taking, value: ListItem[]): void {
  let taken: string | undefined
  for (const row of rows) {
    const { candidate } = row
    if (candidate === null || row.seq === null || candidate === taken) continue
    if (last !== undefined && compareBytes(candidate, last) > 0) break
    if (value.length >= query.limit) break
    taken = candidate
    value.push(memoryOfPast(storeId, row))
  }
}

export function memoryOfPast(storeId: StoreId, row: PastRow): Memory {
  const head = headOf({
    ...row,
    path: row.candidate ?? '',
    head_seq: row.seq ?? 0,
    head_at: row.at,
  })
  return memoryOf(storeId, head, textOf(row))
}

function memoryStatement(name: string, candidates: string, condition: string): Statement {
  return {
    name,
    text: `SELECT n.history_from, ${stateJson('v')} AS state,
        CASE WHEN $4 THEN v.content END AS content
      FROM stores s JOIN counters n ON n.store_id = s.id
      LEFT JOIN LATERAL (${candidates}) k ON true
      LEFT JOIN LATERAL ${versionAt('k.first_seq', '$3::bigint')} v
        ON v.kind < 2 AND ${condition}
      WHERE ${visibleStore} ORDER BY v.seq NULLS LAST LIMIT 1`,
  }
}

const byPathStatement = memoryStatement(
  'history_memory_at',
  `SELECT m.first_seq FROM memories m WHERE m.store_id = $1 AND m.path = $5
    UNION ALL SELECT ${leaverOf('$5', '$3::bigint')}`,
  'v.path = $5',
)
const byIdStatement = memoryStatement(
  'history_memory',
  'SELECT $5::bigint AS first_seq',
  'v.first_at = $6::bigint',
)

type MemoryRow = ContentRow & { readonly history_from: number; readonly state: StateTuple | null }

export async function getAsOf(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  { target, seq, content }: MemoryAsOfQuery,
): Promise<Found<AsOf<Memory>>> {
  const values = [storeId, workspaceId, seq, content]
  const position =
    'path' in target ? undefined : (parseMemoryId(storeId, target.memoryId) ?? { seq: 0, at: 0 })
  const [row] =
    'path' in target
      ? await select<MemoryRow>(session, byPathStatement, [...values, target.path])
      : await select<MemoryRow>(session, byIdStatement, [
          ...values,
          position?.seq ?? 0,
          position?.at ?? 0,
        ])
  if (row === undefined) return { found: false, missing: 'store' }
  const { state, history_from: historyFrom } = row
  if (!isLiveTuple(state)) return { found: false, missing: 'item' }
  return { found: true, value: { value: memoryOfState(storeId, state, row), historyFrom } }
}
