import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseMemoryId, versionIdAt, type StoreId } from '../../../domain/ids.ts'
import { root, within } from '../../../domain/memory/path.ts'
import type { Logged, LogQuery } from '../../port/history-reads.ts'
import { firstSeqAfter } from '../read-versions.ts'
import { changeColumns, changeOf, kindNumber, of, type FeedRow } from '../rows.ts'
import type { Statements } from '../statement.ts'

type Row = FeedRow & { readonly prev_seq: number | null; readonly previous_at: number | null }

interface Place {
  readonly sid: number
  readonly storeId: StoreId
}

/** Sequences looked at in one statement: the first few serve a page without filters. */
const firstWindow = 500
const laterWindow = 10_000

const columns = `SELECT ${of('c', changeColumns)}, c.claimed, c.reason, c.prev_seq, p.path AS previous_path,
    p.at AS previous_at, t.at AS target_at
  FROM changes c
  LEFT JOIN changes p ON p.sid = c.sid AND p.seq = c.prev_seq AND p.purged = 0
  LEFT JOIN changes t ON t.sid = c.sid AND t.seq = c.target_seq`
/** Filters that are not given are null and let everything through. */
const newestFirst = `${columns} WHERE c.sid = ?1 AND c.seq < ?2 AND c.seq >= ?3 AND c.purged = 0
    AND (?4 IS NULL OR c.first_seq = ?4) AND (?5 IS NULL OR c.actor = ?5)
    AND (?6 & (1 << c.kind)) <> 0
    AND (?7 IS NULL OR c.path = ?7 OR (p.path = ?7 AND c.kind < 3))
    AND (?8 IS NULL OR (c.path >= ?8 AND c.path < ?9) OR (p.path >= ?8 AND p.path < ?9))
  ORDER BY c.seq DESC LIMIT ?10`
const oneChange = `${columns} WHERE c.sid = ? AND c.seq = ? AND c.purged = 0`

export async function readLog(
  statements: Statements,
  place: Place,
  query: LogQuery,
): Promise<Logged[]> {
  const { sid, storeId } = place
  const filters = filtersOf(storeId, query)
  if (filters === undefined) return []
  const found: Row[] = []
  const end = endOf(statements, sid, query)
  const begin = beginOf(statements, sid, query)
  let window = firstWindow
  for (let before = end; before > begin && found.length < query.limit;) {
    const from = Math.max(begin, before - window)
    const left = query.limit - found.length
    found.push(...statements.all<Row>(newestFirst, sid, before, from, ...filters, left))
    before = from
    window = laterWindow
    if (before > begin && found.length < query.limit) await nextTurn()
  }
  if (end - begin <= firstWindow) return found.map((row) => loggedOf(storeId, row))
  return statements.snapshot(() => readAnew(statements, place, found))
}

/** As one state has it: others may have erased some while the search gave way to them. */
function readAnew(statements: Statements, { sid, storeId }: Place, found: readonly Row[]) {
  const rows = found.map(({ seq }) => statements.get<Row>(oneChange, sid, seq))
  return rows.filter((row) => row !== undefined).map((row) => loggedOf(storeId, row))
}

/** Undefined when nothing can match. */
function filtersOf(storeId: StoreId, query: LogQuery) {
  const { memoryId, actors, kinds, path, prefix } = query
  const position = memoryId === undefined ? undefined : parseMemoryId(storeId, memoryId)
  if (memoryId !== undefined && position === undefined) return undefined
  const [actor = null, ...others] = new Set(actors)
  if (others.length > 0) return undefined
  const mask = kinds.reduce((bits, kind) => bits | (1 << kindNumber(kind)), 0)
  const { from, to } = within(prefix)
  const range = prefix === root ? [null, null] : [from, to]
  return [position?.seq ?? null, actor, mask === 0 ? -1 : mask, path ?? null, ...range]
}

const newestSeq = 'SELECT seq FROM tallies WHERE sid = ?'

/** The sequence below which the page begins, and the one it does not go below. */
function endOf(statements: Statements, sid: number, { beforeSeq, createdTo }: LogQuery): number {
  const newest = statements.get<{ seq: number }>(newestSeq, sid)?.seq ?? 0
  const end = Math.min(beforeSeq ?? newest + 1, newest + 1)
  return createdTo === undefined ? end : Math.min(end, firstSeqAfter(statements, sid, createdTo))
}

function beginOf(statements: Statements, sid: number, { createdFrom }: LogQuery): number {
  return createdFrom === undefined ? 1 : firstSeqAfter(statements, sid, createdFrom - 1)
}

function loggedOf(storeId: StoreId, row: Row): Logged {
  const { prev_seq: seq, previous_at: at } = row
  const previousVersionId =
    seq === null || at === null ? undefined : versionIdAt(storeId, { seq, at })
  return { ...changeOf(storeId, row), previousVersionId }
}
