import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoreId } from '../../domain/ids.ts'
import type { Change, HistoryEntry } from '../../domain/memory/version.ts'
import { isWithin, root } from '../../domain/memory/path.ts'
import type { ChangesQuery, HistoryQuery } from '../port.ts'
import { readContent } from './read-content.ts'
import { changeColumns, changeOf, entryOf, of, type FeedRow } from './rows.ts'
import type { Statements } from './statement.ts'

const scanRows = 500

const oldestFirst = `SELECT ${of('c', changeColumns)}, c.claimed, c.reason, c.cid,
  p.path AS previous_path, t.at AS target_at
  FROM changes c
  LEFT JOIN changes p ON p.sid = c.sid AND p.seq = c.prev_seq
  LEFT JOIN changes t ON t.sid = c.sid AND t.seq = c.target_seq
  WHERE c.sid = ? AND c.seq > ? AND c.purged = 0 ORDER BY c.seq LIMIT ?`

/** The feed: a prefix keeps what moved out of it, so that a reader learns of the leaving. */
export async function readChanges(
  statements: Statements,
  { sid, storeId }: { readonly sid: number; readonly storeId: StoreId },
  { after, prefix, limit }: ChangesQuery,
): Promise<Change[]> {
  const found: Change[] = []
  const chunk = prefix === root ? limit : scanRows
  for (let last = after; ;) {
    const rows = statements.all<FeedRow>(oldestFirst, sid, last, chunk)
    for (const row of rows) {
      const change = changeOf(storeId, row)
      if (!concerns(change, prefix)) continue
      found.push(change)
      if (found.length === limit) return found
    }
    const newest = rows.at(-1)
    if (rows.length < chunk || newest === undefined) return found
    last = newest.seq
    await nextTurn()
  }
}

function concerns(change: Change, prefix: ChangesQuery['prefix']): boolean {
  if (prefix === root) return true
  const paths = [change.path, change.previousPath]
  return paths.some((path) => path !== undefined && isWithin(path, prefix))
}

/** Changes and their content from one state: a redaction may come between two. */
export function readHistory(
  statements: Statements,
  { sid, storeId }: { readonly sid: number; readonly storeId: StoreId },
  { after, limit, bytesMax }: HistoryQuery,
): HistoryEntry[] {
  type Row = FeedRow & { readonly cid: number | null }
  const entries: HistoryEntry[] = []
  let bytes = 0
  for (const row of statements.all<Row>(oldestFirst, sid, after, limit)) {
    bytes += row.size ?? 0
    if (entries.length > 0 && bytes > bytesMax) break
    entries.push(entryOf(storeId, row, readContent(statements, row)))
  }
  return entries
}
