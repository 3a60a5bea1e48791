import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseMemoryId, type StoreId } from '../../../domain/ids.ts'
import type { ListItem, Memory } from '../../../domain/memory/memory.ts'
import { within, type Path, type Prefix } from '../../../domain/memory/path.ts'
import { compareBytes } from '../../../domain/text.ts'
import type { AsOf, AsOfQuery, MemoryAsOfQuery } from '../../port/history-reads.ts'
import { readContent } from '../read-content.ts'
import { of } from '../rows.ts'
import type { Statements } from '../statement.ts'
import { readHistoryFrom } from './read-moment.ts'
import {
  isLiveRow,
  memoryOfState,
  readState,
  readVersionAt,
  stateColumns,
  type LiveRow,
} from './version-at.ts'

// The state at a path after a change: the memory that lives there now, if it was there already,
// or else the one that left it next.

interface Place {
  readonly sid: number
  readonly storeId: StoreId
}

/** Paths looked at together; most pages need no more. */
const chunkPaths = 128
/** Of a listing of directories at first: most of them are seen at their first path. */
const childPaths = 2
/** Paths looked at before other work gets a turn. */
const turnPaths = 1_024

type Item = LiveRow | { readonly prefix: Prefix }

/** What a page is made of, and where the search goes on. */
interface Search {
  readonly items: Item[]
  next: Bound | undefined
  /** Paths to look at next: no more than the page needs at first, then more at once. */
  count: number
  /** Whether memories have left paths from here on. */
  hasLeft: boolean
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
    count: query.depth === 1 ? childPaths : Math.min(query.limit, chunkPaths),
    hasLeft: true,
  }
  const first = statements.snapshot(() => {
    for (let seen = 0; !isOver(search, query) && seen < turnPaths; seen += search.count) {
      searchOn(statements, place, { query, search })
    }
    if (!isOver(search, query)) return undefined
    return asItems(statements, place, { query, search })
  })
  if (first !== undefined) return first
  while (!isOver(search, query)) {
    await nextTurn()
    statements.snapshot(() => {
      for (let seen = 0; !isOver(search, query) && seen < turnPaths; seen += search.count) {
        searchOn(statements, place, { query, search })
      }
    })
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

/** The items as they were found, in the state that they were found in. */
function asItems(
  statements: Statements,
  { sid, storeId }: Place,
  { query, search }: Work,
): AsOf<ListItem[]> {
  const value = search.items.map((item) => {
    if ('prefix' in item) return item
    const text = query.content ? readContent(statements, item) : undefined
    return memoryOfState(storeId, item, text)
  })
  return { value, historyFrom: readHistoryFrom(statements, sid) }
}

/** The items as a later state has them; undefined when some of what was found is gone. */
function itemsOf(
  statements: Statements,
  place: Place,
  { query, search }: Work,
): AsOf<ListItem[]> | undefined {
  const items: Item[] = []
  for (const item of search.items) {
    const row = 'prefix' in item ? item : readState(statements, place.sid, item.seq)
    if (row !== undefined && 'prefix' in row) items.push(row)
    else if (isLiveRow(row)) items.push(row)
    else return undefined
  }
  return asItems(statements, place, { query, search: { ...search, items } })
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
  const { candidates, last } = candidatesFrom(statements, place.sid, { query, next, search })
  // A directory is told by its first memory: what else lies in it is stepped over.
  const before = items.length
  search.count = Math.min(chunkPaths, query.depth === 1 ? 2 * count : chunkPaths)
  search.next = last === undefined ? undefined : { path: last, isInclusive: false }
  let inside: string | undefined
  for (const candidate of candidates) {
    if (inside !== undefined && candidate.path.startsWith(inside)) continue
    if (items.length >= query.limit) return
    const row = stateOf(candidate)
    if (row === undefined) continue
    inside = directoryOf(row.path, query)
    items.push(inside === undefined ? row : { prefix: inside as Prefix })
  }
  if (query.depth === 1 && items.length > before) search.count = childPaths
  if (inside !== undefined && last?.startsWith(inside)) search.next = behind(inside)
}

/** The directory that a listing of depth 1 gives out instead of what lies deeper. */
function directoryOf(path: string, { depth, prefix }: AsOfQuery): string | undefined {
  if (depth === 0) return undefined
  const slash = path.indexOf('/', prefix.length)
  return slash === -1 ? undefined : path.slice(0, slash + 1)
}

/** What was at a path, if it was the memory that lives there now, or the one that left it next. */
interface Candidate {
  readonly path: string
  live: PlaceRow | undefined
  left: PlaceRow | undefined
}

/** A path, and a memory's version that was current there; without one, its columns are null. */
type PlaceRow = { readonly place: string } & (LiveRow | { readonly seq: null })

/** The version of a memory that was current after ?4, if it was at this path then. */
function versionThere(memory: string, path: string): string {
  return `LEFT JOIN changes v ON v.sid = ?1 AND v.purged = 0 AND v.kind < 2 AND v.seq <= ?4
    AND v.path = ${path} AND v.seq = CASE WHEN ${memory}.head_seq <= ?4 THEN ${memory}.head_seq
      ELSE coalesce((SELECT c.seq FROM changes c WHERE c.sid = ?1
        AND c.first_seq = ${memory}.first_seq AND c.prev_seq IS NOT NULL AND c.seq <= ?4
        ORDER BY c.seq DESC LIMIT 1), ${memory}.first_seq) END`
}

const livePlaces = `SELECT m.path AS place, ${of('v', stateColumns)}
  FROM (SELECT path, first_seq, head_seq FROM memories
    WHERE sid = ?1 AND path >= ?2 AND path < ?3 ORDER BY path LIMIT ?5) m
  ${versionThere('m', 'm.path')} ORDER BY m.path`
const nextLeft = `(SELECT left_path FROM changes WHERE sid = ?1 AND left_path IS NOT NULL
  AND left_path OP AND left_path < ?3 ORDER BY left_path LIMIT 1)`
/** Every path that was ever left, one seek each, and who left it first after the sequence ?4. */
const leftPlaces = `WITH RECURSIVE l(path) AS (
    SELECT ${nextLeft.replace('OP', '>= ?2')}
    UNION ALL SELECT ${nextLeft.replace('OP', '> l.path')} FROM l WHERE l.path IS NOT NULL),
  k AS MATERIALIZED (SELECT path FROM l WHERE path IS NOT NULL LIMIT ?5)
  SELECT k.path AS place, ${of('v', stateColumns)} FROM k
  LEFT JOIN changes o ON o.sid = ?1 AND o.seq = (SELECT seq FROM changes WHERE sid = ?1
    AND left_path = k.path AND left_path IS NOT NULL AND seq > ?4 ORDER BY seq LIMIT 1)
  LEFT JOIN changes f ON f.sid = ?1 AND f.seq = o.first_seq
  ${versionThere('f', 'k.path')} ORDER BY k.path`

interface Step {
  readonly query: AsOfQuery
  readonly next: Bound
  readonly search: Search
}

/** The next paths in order; `last` is where to go on, undefined at the end. */
function candidatesFrom(
  statements: Statements,
  sid: number,
  { query, next, search }: Step,
): { readonly candidates: readonly Candidate[]; readonly last: string | undefined } {
  const { to } = within(query.prefix)
  // No path holds U+0001: nothing sorts in between.
  const from = next.isInclusive ? next.path : `${next.path}\u0001`
  const { count } = search
  const live = statements.all<PlaceRow>(livePlaces, sid, from, to, query.seq, count)
  const left = search.hasLeft
    ? statements.all<PlaceRow>(leftPlaces, sid, from, to, query.seq, count)
    : []
  search.hasLeft = left.length > 0
  const last = firstEnd(
    live.length === count ? live.at(-1)?.place : undefined,
    left.length === count ? left.at(-1)?.place : undefined,
  )
  const candidates = live.map((row): Candidate => ({ path: row.place, live: row, left: undefined }))
  if (left.length > 0) addLeft(candidates, left)
  const isWithin = ({ path }: Candidate) => last === undefined || compareBytes(path, last) <= 0
  return { candidates: candidates.filter(isWithin), last }
}

/** Both lists as one, in order. */
function addLeft(candidates: Candidate[], left: readonly PlaceRow[]): void {
  const byPath = new Map(candidates.map((candidate) => [candidate.path, candidate]))
  for (const row of left) {
    const known = byPath.get(row.place)
    if (known) known.left = row
    else candidates.push({ path: row.place, live: undefined, left: row })
  }
  candidates.sort((a, b) => compareBytes(a.path, b.path))
}

function firstEnd(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return compareBytes(a, b) <= 0 ? a : b
}

function stateOf({ live, left }: Candidate): LiveRow | undefined {
  for (const row of [live, left]) if (row && row.seq !== null) return row
  return undefined
}

interface MemoryRow {
  readonly first_seq: number
}

const liveAt = 'SELECT first_seq FROM memories WHERE sid = ? AND path = ?'
const leaverAt = `SELECT first_seq FROM changes
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
): LiveRow | undefined {
  const live = statements.get<MemoryRow>(liveAt, sid, path)
  const left = statements.get<MemoryRow>(leaverAt, sid, path, seq)
  for (const memory of [live, left]) {
    if (memory === undefined) continue
    const row = readVersionAt(statements, sid, { firstSeq: memory.first_seq, seq })
    if (isLiveRow(row) && row.path === path) return row
  }
  return undefined
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
