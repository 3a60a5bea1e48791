import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseMemoryId, type StoreId } from '../../../domain/ids.ts'
import type { ListItem, Memory } from '../../../domain/memory/memory.ts'
import { within, type Path, type Prefix } from '../../../domain/memory/path.ts'
import { compareBytes } from '../../../domain/text.ts'
import type { AsOf, AsOfQuery, MemoryAsOfQuery } from '../../port/history-reads.ts'
import { readContent } from '../read-content.ts'
import type { Statements } from '../statement.ts'
import { readHistoryFrom } from './read-moment.ts'
import { isLiveRow, memoryOfState, readState, readVersionAt, type LiveRow } from './version-at.ts'

// The state at a path after a change: the memory that lives there now, if it was there already,
// or else the one that left it next.

interface Place {
  readonly sid: number
  readonly storeId: StoreId
}

/** Paths looked at together; most pages need no more. */
const chunkPaths = 128
/** Paths looked at before other work gets a turn. */
const turnPaths = 1_024

type Item = LiveRow | { readonly prefix: Prefix }

/** What a page is made of, and where the search goes on. */
interface Search {
  readonly items: Item[]
  next: Bound | undefined
  /** Paths to look at next: no more than the page needs at first, then more at once. */
  count: number
}

interface Bound {
  readonly path: string
  readonly isInclusive: boolean
}

export async function readMemoriesAsOf(
  statements: Statements,
  place: Place,
  query: AsOfQuery,
): Promise<AsOf<ListItem[]>> {
  const search: Search = {
    items: [],
    next: startOf(query),
    count: Math.min(query.limit, chunkPaths),
  }
  const first = statements.snapshot(() => {
    searchOn(statements, place, { query, search })
    return isOver(search, query) ? itemsOf(statements, place, { query, search }) : undefined
  })
  if (first !== undefined) return first
  for (let seen = chunkPaths; !isOver(search, query); seen += chunkPaths) {
    if (seen % turnPaths === 0) await nextTurn()
    statements.snapshot(() => searchOn(statements, place, { query, search }))
  }
  // Others may have erased what was found while the search gave way to them.
  return (
    statements.snapshot(() => itemsOf(statements, place, { query, search })) ??
    readMemoriesAsOf(statements, place, query)
  )
}

interface Work {
  readonly query: AsOfQuery
  readonly search: Search
}

function isOver({ items, next }: Search, { limit }: AsOfQuery): boolean {
  return next === undefined || items.length >= limit
}

/** The items as one state has them; undefined when some of what was found is gone. */
function itemsOf(
  statements: Statements,
  { sid, storeId }: Place,
  { query, search }: Work,
): AsOf<ListItem[]> | undefined {
  const value: ListItem[] = []
  for (const item of search.items) {
    if ('prefix' in item) {
      value.push(item)
      continue
    }
    const row = readState(statements, sid, item.seq)
    if (!isLiveRow(row)) return undefined
    const text = query.content ? readContent(statements, row) : undefined
    value.push(memoryOfState(storeId, row, text))
  }
  return { value, historyFrom: readHistoryFrom(statements, sid) }
}

function startOf({ prefix, after }: AsOfQuery): Bound {
  if (after === undefined) return { path: within(prefix).from, isInclusive: true }
  return after.endsWith('/') ? behind(after) : { path: after, isInclusive: false }
}

/** Behind everything in a directory. */
function behind(directory: string): Bound {
  return { path: `${directory.slice(0, -1)}0`, isInclusive: true }
}

/** Looks at the next paths and takes what lived there, as far as the page goes. */
function searchOn(statements: Statements, place: Place, { query, search }: Work): void {
  const { next, items, count } = search
  if (next === undefined) return
  const { candidates, last } = candidatesFrom(statements, place.sid, { query, next, count })
  search.count = chunkPaths
  search.next = last === undefined ? undefined : { path: last, isInclusive: false }
  let inside: string | undefined
  for (const candidate of candidates) {
    if (inside !== undefined && candidate.path.startsWith(inside)) continue
    if (items.length >= query.limit) return
    const row = stateOf(statements, place.sid, { candidate, seq: query.seq })
    if (row === undefined) continue
    inside = directoryOf(row.path, query)
    items.push(inside === undefined ? row : { prefix: inside as Prefix })
  }
  if (inside !== undefined && last?.startsWith(inside)) search.next = behind(inside)
}

/** The directory that a listing of depth 1 gives out instead of what lies deeper. */
function directoryOf(path: string, { depth, prefix }: AsOfQuery): string | undefined {
  if (depth === 0) return undefined
  const slash = path.indexOf('/', prefix.length)
  return slash === -1 ? undefined : path.slice(0, slash + 1)
}

/** Memories that were at a path, as far as paths go: who lives there, and who left it next. */
interface Candidate {
  readonly path: string
  readonly live: PathRow | undefined
  readonly left: PathRow | undefined
}

interface PathRow {
  readonly path: string
  readonly first_seq: number | null
}

const livePaths = `SELECT path, first_seq FROM memories
  WHERE sid = ? AND path >= ? AND path < ? ORDER BY path LIMIT ?`
const nextLeft = `(SELECT left_path FROM changes WHERE sid = ?1 AND left_path IS NOT NULL
  AND left_path OP AND left_path < ?3 ORDER BY left_path LIMIT 1)`
const leaverOf = `(SELECT seq FROM changes WHERE sid = ?1 AND left_path = l.path
  AND left_path IS NOT NULL AND seq > ?4 ORDER BY seq LIMIT 1)`
/** Every path that was ever left, one seek each, and who left it first after the sequence ?4. */
const leftPaths = `WITH RECURSIVE l(path) AS (
    SELECT ${nextLeft.replace('OP', '>= ?2')}
    UNION ALL SELECT ${nextLeft.replace('OP', '> l.path')} FROM l WHERE l.path IS NOT NULL)
  SELECT l.path, c.first_seq FROM l
  LEFT JOIN changes c ON c.sid = ?1 AND c.seq = ${leaverOf}
  WHERE l.path IS NOT NULL LIMIT ?5`

interface Step {
  readonly query: AsOfQuery
  readonly next: Bound
  readonly count: number
}

/** The next paths in order; `last` is where to go on, undefined at the end. */
function candidatesFrom(
  statements: Statements,
  sid: number,
  { query, next, count }: Step,
): { readonly candidates: readonly Candidate[]; readonly last: string | undefined } {
  const { to } = within(query.prefix)
  // No path holds U+0001: nothing sorts in between.
  const from = next.isInclusive ? next.path : `${next.path}\u0001`
  const live = statements.all<PathRow>(livePaths, sid, from, to, count)
  const left = statements.all<PathRow>(leftPaths, sid, from, to, query.seq, count)
  const last = firstEnd(
    live.length === count ? live.at(-1)?.path : undefined,
    left.length === count ? left.at(-1)?.path : undefined,
  )
  const byPath = new Map<string, { live: PathRow | undefined; left: PathRow | undefined }>()
  for (const row of live) byPath.set(row.path, { live: row, left: undefined })
  for (const row of left) byPath.set(row.path, { live: byPath.get(row.path)?.live, left: row })
  const candidates = [...byPath]
    .filter(([path]) => last === undefined || compareBytes(path, last) <= 0)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([path, rows]) => ({ path, ...rows }))
  return { candidates, last }
}

function firstEnd(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return compareBytes(a, b) <= 0 ? a : b
}

function stateOf(
  statements: Statements,
  sid: number,
  { candidate, seq }: { readonly candidate: Candidate; readonly seq: number },
): LiveRow | undefined {
  for (const memory of [candidate.live, candidate.left]) {
    const firstSeq = memory?.first_seq
    if (firstSeq === undefined || firstSeq === null || firstSeq > seq) continue
    const row = readVersionAt(statements, sid, { firstSeq, seq })
    if (isLiveRow(row) && row.path === candidate.path) return row
  }
  return undefined
}

const liveAt = 'SELECT path, first_seq FROM memories WHERE sid = ? AND path = ?'
const leaverAt = `SELECT left_path AS path, first_seq FROM changes
  WHERE sid = ? AND left_path = ? AND left_path IS NOT NULL AND seq > ? ORDER BY seq LIMIT 1`
const anchor = 'SELECT seq FROM changes WHERE sid = ? AND seq = ? AND at = ? AND first_seq = seq'

/** Undefined when it did not live, or what it was is erased. */
export function readMemoryAsOf(
  statements: Statements,
  { sid, storeId }: Place,
  { target, seq, content }: MemoryAsOfQuery,
): AsOf<Memory> | undefined {
  const row =
    'path' in target
      ? rowAtPath(statements, sid, { path: target.path, seq })
      : rowById(statements, { sid, storeId }, { memoryId: target.memoryId, seq })
  if (!isLiveRow(row)) return undefined
  const text = content ? readContent(statements, row) : undefined
  const value = memoryOfState(storeId, row, text)
  return { value, historyFrom: readHistoryFrom(statements, sid) }
}

function rowAtPath(
  statements: Statements,
  sid: number,
  { path, seq }: { readonly path: Path; readonly seq: number },
) {
  const live = statements.get<PathRow>(liveAt, sid, path)
  const left = statements.get<PathRow>(leaverAt, sid, path, seq)
  return stateOf(statements, sid, { candidate: { path, live, left }, seq })
}

function rowById(
  statements: Statements,
  { sid, storeId }: Place,
  { memoryId, seq }: { readonly memoryId: string; readonly seq: number },
) {
  const position = parseMemoryId(storeId, memoryId)
  if (position === undefined) return undefined
  if (!statements.get(anchor, sid, position.seq, position.at)) return undefined
  return readVersionAt(statements, sid, { firstSeq: position.seq, seq })
}
