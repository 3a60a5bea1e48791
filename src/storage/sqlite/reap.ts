import type { DatabaseSync } from 'node:sqlite'
import type { StoreId } from '../../domain/ids.ts'
import type { Retention } from '../../domain/limits.ts'
import { isPurgeable } from '../../domain/memory/retention.ts'
import { releaseContent } from './apply.ts'
import { Statements } from './statement.ts'

// What retention lets go, and what deleted stores leave: planned on a connection of its own,
// removed
// by the writer in slices so small that no other command waits long.

export interface RemoveVersions {
  readonly type: 'remove_versions'
  readonly sid: number
  /** Oldest first. */
  readonly versions: readonly Removal[]
}

interface Removal {
  readonly seq: number
  readonly firstSeq: number
  /** The change that superseded it: the store's history is complete from there on. */
  readonly completeFrom: number
  /** The deletion because of which it goes; undefined when it goes whatever its memory became. */
  readonly deletedSeq: number | undefined
}

export interface ReapStore {
  readonly type: 'reap_store'
  readonly sid: number
  /** Changes removed at most. */
  readonly rowsMax: number
}

/** Writes a row that nobody reads: proof that the disk takes writes now. */
export interface Probe {
  readonly type: 'probe'
}

/** Nothing in itself: what was erased before it is gone from the WAL when it is answered. */
export interface DestroyErased {
  readonly type: 'destroy_erased'
}

export type Housekeeping = RemoveVersions | ReapStore | Probe | DestroyErased

/** Rows that one slice removes at most: well under 50 ms of the writer. */
export const sliceRows = 200

const storesWithOldChanges = `SELECT t.sid FROM tallies t JOIN stores s ON s.sid = t.sid
  WHERE t.sid > ? AND s.deleted_at IS NULL
    AND (SELECT at FROM changes c WHERE c.sid = t.sid ORDER BY c.seq LIMIT 1) <= ?
  ORDER BY t.sid LIMIT 1`
const lineages = `SELECT first_seq, MAX(seq) AS newest FROM changes
  WHERE sid = ? AND kind < 3 AND purged = 0 GROUP BY first_seq
  HAVING MIN(at) <= ?`
const versionRow = `SELECT seq, kind, at, prev_seq FROM changes
  WHERE sid = ? AND seq = ? AND purged = 0`

interface LineageRow {
  readonly seq: number
  readonly kind: number
  readonly at: number
  readonly prev_seq: number | null
}

const deletedKind = 2

/** The next store after `sid` with a change old enough to be of interest. */
export function nextStoreToSweep(db: DatabaseSync, sid: number, olderThan: number) {
  return new Statements(db).get<{ sid: number }>(storesWithOldChanges, sid, olderThan)?.sid
}

export function sidOf(db: DatabaseSync, storeId: StoreId): number | undefined {
  const sql = 'SELECT sid FROM stores WHERE id = ?'
  return new Statements(db).get<{ sid: number }>(sql, storeId)?.sid
}

/** Which versions of a store retention lets go, oldest first. */
export function planRemovals(
  db: DatabaseSync,
  sid: number,
  { retention, now }: { readonly retention: Retention; readonly now: number },
): Removal[] {
  const { keepMs } = retention
  if (keepMs === undefined) return []
  const statements = new Statements(db)
  const removals: Removal[] = []
  for (const lineage of statements.all<{ first_seq: number; newest: number }>(
    lineages,
    sid,
    now - keepMs,
  )) {
    removals.push(...planLineage(statements, { sid, ...lineage }, { retention, now }))
  }
  return removals.sort((a, b) => a.seq - b.seq)
}

function planLineage(
  statements: Statements,
  { sid, first_seq, newest }: { sid: number; first_seq: number; newest: number },
  { retention, now }: { readonly retention: Retention; readonly now: number },
): Removal[] {
  const removals: Removal[] = []
  let row = statements.get<LineageRow>(versionRow, sid, newest)
  const deletedAt = row?.kind === deletedKind ? row.at : undefined
  let superseding: LineageRow | undefined
  for (let newer = 0; row !== undefined; newer += 1) {
    const kept = { supersededAt: superseding?.at, newer, deletedAt }
    if (isPurgeable(kept, retention, now)) {
      const completeFrom = superseding?.seq ?? row.seq
      const deletedSeq = deletedAt === undefined ? undefined : newest
      removals.push({ seq: row.seq, firstSeq: first_seq, completeFrom, deletedSeq })
    }
    superseding = row
    row =
      row.prev_seq === null ? undefined : statements.get<LineageRow>(versionRow, sid, row.prev_seq)
  }
  return removals
}

const versionToRemove = `SELECT v.cid, v.kind, a.head_seq, h.kind AS head_kind FROM changes v
  LEFT JOIN changes a ON a.sid = v.sid AND a.seq = v.first_seq
  LEFT JOIN changes h ON h.sid = a.sid AND h.seq = a.head_seq
  WHERE v.sid = ? AND v.seq = ? AND v.kind < 3 AND v.purged = 0`
const removeRow = 'DELETE FROM changes WHERE sid = ? AND seq = ?'
/**
 * The first change of a memory leads to its newest: it stays until that goes, emptied and unseen.
 */
const emptyRow = `UPDATE changes SET purged = 1, path = NULL, sha256 = NULL, size = NULL, cid = NULL,
  actor = NULL, redacted_by = NULL, claimed = NULL WHERE sid = ? AND seq = ?`
/** Where the memory was before: nothing is left of its being there. */
const forgetLeft = `UPDATE changes SET left_path = NULL
  WHERE sid = ? AND seq = ? AND left_path IS NOT NULL`
const countRemoved = `UPDATE tallies SET versions = versions - ?,
  history_from = MAX(history_from, ?) WHERE sid = ?`

interface RemovalRow {
  readonly cid: number | null
  readonly kind: number
  readonly head_seq: number | null
  readonly head_kind: number | null
}

/**
 * The number of versions that went. What goes because its memory was deleted stays when that lives
 * again, or was deleted again, since it was planned.
 */
export function removeVersions(statements: Statements, work: RemoveVersions): number {
  const { sid } = work
  let removed = 0
  let completeFrom = 0
  for (const version of work.versions) {
    const row = statements.get<RemovalRow>(versionToRemove, sid, version.seq)
    if (row === undefined) continue
    const isLive = row.head_kind !== null && row.head_kind !== deletedKind
    const isHead = row.head_seq === version.seq
    if (isLive && isHead) continue
    if (version.deletedSeq !== undefined && row.head_seq !== version.deletedSeq) continue
    releaseContent(statements, row.cid, 'remove')
    const isAnchor = version.seq === version.firstSeq
    statements.run(isAnchor ? emptyRow : removeRow, sid, version.seq)
    if (isHead && !isAnchor) statements.run(removeRow, sid, version.firstSeq)
    statements.run(forgetLeft, sid, version.completeFrom)
    removed += 1
    completeFrom = Math.max(completeFrom, version.completeFrom)
  }
  if (removed > 0) statements.run(countRemoved, removed, completeFrom, sid)
  return removed
}

const changesOfStore = `SELECT seq, cid, kind < 3 AND purged = 0 AS is_version FROM changes
  WHERE sid = ? ORDER BY seq LIMIT ?`
const memoriesOfStore = `DELETE FROM memories WHERE sid = ? AND path IN
  (SELECT path FROM memories WHERE sid = ? LIMIT ?)`

export interface Reaped {
  /** Whether nothing is left of the store. */
  readonly isDone: boolean
  readonly versions: number
}

interface ReapRow {
  readonly seq: number
  readonly cid: number | null
  readonly is_version: number
}

/** Removes a slice of a deleted store. */
export function reapStore(statements: Statements, { sid, rowsMax }: ReapStore): Reaped {
  if (statements.run(memoriesOfStore, sid, sid, rowsMax) > 0) return { isDone: false, versions: 0 }
  const rows = statements.all<ReapRow>(changesOfStore, sid, rowsMax)
  for (const row of rows) {
    releaseContent(statements, row.cid, 'remove')
    statements.run(removeRow, sid, row.seq)
  }
  const versions = rows.filter((row) => row.is_version === 1).length
  if (rows.length > 0) return { isDone: false, versions }
  statements.run('DELETE FROM tallies WHERE sid = ?', sid)
  statements.run('DELETE FROM stores WHERE sid = ? AND deleted_at IS NOT NULL', sid)
  return { isDone: true, versions }
}

const writeProbe = `INSERT INTO settings (name, value) VALUES ('probe', x'00')
  ON CONFLICT (name) DO UPDATE SET value = CASE value WHEN x'00' THEN x'01' ELSE x'00' END`

export function probe(statements: Statements): void {
  statements.run(writeProbe)
}

/** Stores that were deleted and still have rows. */
export function storesToReap(db: DatabaseSync): number[] {
  const statements = new Statements(db)
  const rows = statements.all<{ sid: number }>(
    'SELECT sid FROM stores WHERE deleted_at IS NOT NULL LIMIT 1000',
  )
  return rows.map((row) => row.sid)
}
