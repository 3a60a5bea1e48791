import { parseMemoryId } from '../../../domain/ids.ts'
import { memoryOf, type ListItem, type Memory } from '../../../domain/memory/memory.ts'
import { within, type Prefix } from '../../../domain/memory/path.ts'
import { compareBytes } from '../../../domain/text.ts'
import type { Found, StoreScope } from '../../port.ts'
import type { AsOf, AsOfQuery, MemoryAsOfQuery } from '../../port/history-reads.ts'
import { select, type Session, type Statement } from '../connection.ts'
import { headOf, textOf, visibleStore, type ContentRow } from '../rows.ts'
import { isLiveTuple, memoryOfState, stateJson, type StateTuple } from './state.ts'

// The state at a path after a change: the memory that lives there now, if it was there already,
// or else the one that left it next.

/** A memory's version that was current after the change with a sequence. */
function versionAt(firstSeq: string, seq: string): string {
  return `(SELECT v.* FROM changes v
    WHERE v.store_id = $1 AND v.first_seq = ${firstSeq} AND v.kind < 3 AND v.seq <= ${seq}
    ORDER BY v.seq DESC LIMIT 1)`
}

const leftPath = `(SELECT c.left_path FROM changes c WHERE c.store_id = $1
  AND c.left_path IS NOT NULL AND c.left_path OP AND c.left_path < $4
  ORDER BY c.left_path LIMIT 1)`
function leaverOf(path: string, seq: string): string {
  return `(SELECT c.first_seq FROM changes c WHERE c.store_id = $1 AND c.left_path = ${path}
    AND c.left_path IS NOT NULL AND c.seq > ${seq} ORDER BY c.seq LIMIT 1)`
}

/** The next paths at which something lives, and the next that something ever left: $6 of each. */
const candidatesStatement: Statement = {
  name: 'history_candidates',
  text: `WITH RECURSIVE l(path, number) AS (
      SELECT ${leftPath.replace('OP', '>= $3')}, 1
      UNION ALL SELECT ${leftPath.replace('OP', '> l.path')}, l.number + 1
      FROM l WHERE l.path IS NOT NULL AND l.number < $6::bigint),
    candidate AS (
      SELECT m.path, m.first_seq, false AS has_left FROM (SELECT path, first_seq FROM memories
        WHERE store_id = $1 AND path >= $3 AND path < $4 ORDER BY path LIMIT $6::bigint) m
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

interface CandidateRow extends ContentRow {
  readonly history_from: number
  readonly candidate: string | null
  readonly has_left: boolean | null
  /** Of the version that was current at the path then; null where none was. */
  readonly seq: number | null
  readonly at: number
  readonly first_seq: number
  readonly first_at: number
  readonly sha256: Buffer
  readonly size: number
}

/** Paths looked at together, once a page needs more than it gives out. */
const chunkPaths = 256
/** Of a listing of directories at first: most of them are seen at their first path. */
const childPaths = 2

/** The half-open range of paths still to be looked at. */
interface Range {
  readonly from: string
  readonly to: string
}

export async function listAsOf(
  session: Session,
  scope: StoreScope,
  query: AsOfQuery,
): Promise<Found<AsOf<ListItem[]>>> {
  const { to } = within(query.prefix)
  const value: ListItem[] = []
  let next: Range | undefined = { from: startOf(query), to }
  const isRolledUp = query.depth === 1
  let count = isRolledUp ? childPaths : query.limit
  while (next !== undefined) {
    const known = value.length
    const rows: readonly CandidateRow[] = await loadCandidates(session, scope, {
      query,
      range: next,
      count,
    })
    const [first] = rows
    if (first === undefined) return { found: false, missing: 'store' }
    const last = endOf(rows, count)
    const inside = take(scope, { rows, last, query }, value)
    if (value.length >= query.limit || last === undefined) {
      return { found: true, value: { value, historyFrom: first.history_from } }
    }
    // No path holds U+0001: nothing sorts in between.
    const isInside = inside !== undefined && last.startsWith(inside)
    // A directory is told by its first memory: what else lies in it is stepped over.
    if (!isRolledUp) count = chunkPaths
    else count = value.length > known ? childPaths : Math.min(chunkPaths, 4 * count)
    next = { from: isInside ? behind(inside) : `${last}\u0001`, to }
  }
  return { found: false, missing: 'store' }
}

function startOf({ prefix, after }: AsOfQuery): string {
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

/** @returns the directory that the last item is, if it is one */
function take(
  { storeId }: StoreScope,
  { rows, last, query }: Taking,
  value: ListItem[],
): string | undefined {
  let inside: string | undefined
  let taken: string | undefined
  for (const row of rows) {
    const { candidate } = row
    if (candidate === null || row.seq === null || candidate === taken) continue
    if (last !== undefined && compareBytes(candidate, last) > 0) break
    if (inside !== undefined && candidate.startsWith(inside)) continue
    if (value.length >= query.limit) break
    taken = candidate
    inside = directoryOf(candidate, query)
    value.push(inside === undefined ? memoryOfRow(storeId, row) : { prefix: inside as Prefix })
  }
  return inside
}

function memoryOfRow(storeId: StoreScope['storeId'], row: CandidateRow): Memory {
  const head = headOf({
    ...row,
    path: row.candidate ?? '',
    head_seq: row.seq ?? 0,
    head_at: row.at,
  })
  return memoryOf(storeId, head, textOf(row))
}

function directoryOf(path: string, { depth, prefix }: AsOfQuery): string | undefined {
  if (depth === 0) return undefined
  const slash = path.indexOf('/', prefix.length)
  return slash === -1 ? undefined : path.slice(0, slash + 1)
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
