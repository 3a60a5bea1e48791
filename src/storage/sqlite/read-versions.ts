import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseMemoryId, type StoreId } from '../../domain/ids.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { VersionsQuery } from '../port.ts'
import { readContent } from './read-content.ts'
import { changeColumns, kindNumber, of, versionOf, type ChangeRow } from './rows.ts'
import type { Statements } from './statement.ts'

interface Place {
  readonly sid: number
  readonly storeId: StoreId
}

type Row = ChangeRow & { readonly cid: number | null; readonly prev_seq: number | null }

/** Rows looked at before other work gets a turn: a rare filter must not stop the event loop. */
const scanRows = 1_000

const newestFirst = `SELECT ${changeColumns}, cid, prev_seq FROM changes
  WHERE sid = ? AND seq < ? AND kind < 3 AND purged = 0 ORDER BY seq DESC LIMIT ?`
const oneVersion = `SELECT ${changeColumns}, cid, prev_seq FROM changes
  WHERE sid = ? AND seq = ? AND kind < 3 AND purged = 0`
const newestOfMemory = `SELECT ${of('h', changeColumns)}, h.cid, h.prev_seq
  FROM changes a JOIN changes h ON h.sid = a.sid AND h.seq = a.head_seq
  WHERE a.sid = ? AND a.seq = ? AND a.at = ? AND a.first_seq = a.seq`

export async function readVersions(
  statements: Statements,
  place: Place,
  query: VersionsQuery,
): Promise<Version[]> {
  const found: Row[] = []
  const before = endOf(statements, place, query)
  let seen = 0
  for (const row of candidates(statements, place, { ...query, beforeSeq: before })) {
    seen += 1
    if (seen % scanRows === 0) await nextTurn()
    if (query.createdFrom !== undefined && row.at < query.createdFrom) break
    if (row.seq >= before || !matches(row, query)) continue
    found.push(row)
    if (found.length === query.limit) break
  }
  if (seen < scanRows && !query.content) return found.map((row) => versionOf(place.storeId, row))
  const versions = statements.snapshot(() => readAnew(statements, place, { found, ...query }))
  return versions ?? readVersions(statements, place, query)
}

/**
 * What was found, as one state has it: others may have erased it while the search gave way to them.
 * Undefined when some of it is gone, and the search has to begin again.
 */
function readAnew(
  statements: Statements,
  { sid, storeId }: Place,
  { found, content }: { readonly found: readonly Row[]; readonly content: boolean },
): Version[] | undefined {
  const versions: Version[] = []
  for (const { seq } of found) {
    const row = statements.get<Row>(oneVersion, sid, seq)
    if (row === undefined) return undefined
    versions.push(versionOf(storeId, row, content ? readContent(statements, row) : undefined))
  }
  return versions
}

/** The sequence below which the page begins. Time follows sequence within a store. */
function endOf(statements: Statements, { sid }: Place, query: VersionsQuery): number {
  const { beforeSeq = Number.MAX_SAFE_INTEGER, createdTo } = query
  return createdTo === undefined
    ? beforeSeq
    : Math.min(beforeSeq, firstSeqAfter(statements, sid, createdTo))
}

type Search = VersionsQuery & { readonly beforeSeq: number }

/** Versions newest first; those of one memory may begin before the page does. */
function candidates(statements: Statements, place: Place, query: Search): Iterable<Row> {
  const { memoryId, beforeSeq: before, limit } = query
  return memoryId === undefined
    ? ofStore(statements, place.sid, { before, limit })
    : ofMemory(statements, place, { memoryId, before })
}

function* ofStore(
  statements: Statements,
  sid: number,
  { before, limit: first }: { readonly before: number; readonly limit: number },
): Iterable<Row> {
  // The first chunk serves a page without filters; a filter that matches little reads on in larger
  // ones.
  let limit = first
  for (let next = before; ; limit = scanRows) {
    const rows = statements.all<Row>(newestFirst, sid, next, limit)
    yield* rows
    const last = rows.at(-1)
    if (rows.length < limit || last === undefined) return
    next = last.seq
  }
}

/** One memory's versions: each names the one before it. */
function* ofMemory(
  statements: Statements,
  { sid, storeId }: Place,
  { memoryId, before }: { readonly memoryId: string; readonly before: number },
): Iterable<Row> {
  const position = parseMemoryId(storeId, memoryId)
  if (position === undefined) return
  // A page goes on from the version that ended the one before.
  const last = statements.get<Row>(oneVersion, sid, before)
  const isOfMemory = last?.first_seq === position.seq && last.first_at === position.at
  let row = isOfMemory ? last : statements.get<Row>(newestOfMemory, sid, position.seq, position.at)
  while (row !== undefined) {
    yield row
    row = row.prev_seq === null ? undefined : statements.get<Row>(oneVersion, sid, row.prev_seq)
  }
}

function matches(row: Row, query: VersionsQuery): boolean {
  if (query.operation !== undefined && row.kind !== kindNumber(query.operation)) return false
  return query.actors.every((actor) => actor === row.actor)
}

const newestSeq = 'SELECT seq FROM tallies WHERE sid = ?'
const atOrAfter = 'SELECT seq, at FROM changes WHERE sid = ? AND seq >= ? ORDER BY seq LIMIT 1'

/** The first sequence of the store that was given out after a time: a search by halves. */
export function firstSeqAfter(statements: Statements, sid: number, time: number): number {
  let low = 1
  let high = (statements.get<{ seq: number }>(newestSeq, sid)?.seq ?? 0) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = statements.get<{ seq: number; at: number }>(atOrAfter, sid, middle)
    if (row === undefined || row.at > time) high = middle
    else low = row.seq + 1
  }
  return low
}
