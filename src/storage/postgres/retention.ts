import type { StoreId } from '../../domain/ids.ts'
import type { Retention } from '../../domain/limits.ts'
import { isPurgeable } from '../../domain/memory/retention.ts'
import type { StorageOptions } from '../port.ts'
import { execute, select, transact, type Pools, type Statement } from './connection.ts'
import { isVersion, kindNumbers } from './rows.ts'

// What retention lets go of one store. A version can become purgeable only when its memory gets a
// newer one or when a newer one grows old enough, so only memories with such versions since the
// last sweep are looked at; how far a sweep came is kept per store.

export interface RetentionEngine {
  readonly pools: Pools
  readonly options: StorageOptions
}

/** Rows of the history looked at together, and removed together at most. */
const sliceRows = 500
const sliceMemories = 20
const sliceVersions = sliceRows / sliceMemories

const progressStatement: Statement = {
  name: 'sweep_progress',
  text: `SELECT c.seq, w.seq AS swept_seq, w.cut_seq, w.keep_ms, w.recent_versions
    FROM counters c LEFT JOIN sweeps w ON w.store_id = c.store_id WHERE c.store_id = $1`,
}

interface ProgressRow {
  readonly seq: number
  readonly swept_seq: number | null
  readonly cut_seq: number | null
  readonly keep_ms: number | null
  readonly recent_versions: number | null
}

/**
 * The first change after $2 that is younger than the period: everything before it is old enough.
 */
const cutStatement: Statement = {
  name: 'sweep_cut',
  text: `SELECT seq FROM changes WHERE store_id = $1 AND seq > $2 AND at > $3 ORDER BY seq LIMIT 1`,
}

const saveStatement: Statement = {
  name: 'sweep_save',
  text: `INSERT INTO sweeps (store_id, seq, cut_seq, keep_ms, recent_versions)
    SELECT store_id, $2, $3, $4, $5 FROM counters WHERE store_id = $1
    ON CONFLICT (store_id) DO UPDATE SET seq = excluded.seq, cut_seq = excluded.cut_seq,
      keep_ms = excluded.keep_ms, recent_versions = excluded.recent_versions`,
}

/** @returns how many versions went */
export async function purgeStore(
  engine: RetentionEngine,
  storeId: StoreId,
  signal: AbortSignal,
): Promise<number> {
  const { retention, clock } = engine.options
  if (retention.keepMs === undefined) return 0
  const { readers } = engine.pools
  const [progress] = await select<ProgressRow>(readers, progressStatement, [storeId])
  if (progress === undefined) return 0
  const { sweptSeq, cutSeq } = resume(progress, retention)
  const cutoff = clock() - retention.keepMs
  const [young] = await select<{ seq: number }>(readers, cutStatement, [storeId, cutSeq, cutoff])
  const newCut = Math.min((young?.seq ?? progress.seq + 1) - 1, progress.seq)
  const grownOld = { after: cutSeq, upTo: newCut }
  const written = { after: Math.max(sweptSeq, newCut), upTo: progress.seq }
  const aged = await purgeRange(engine, { storeId, ...grownOld, signal })
  const fresh = await purgeRange(engine, { storeId, ...written, signal })
  if (signal.aborted) return aged + fresh
  const { keepMs, recentVersions } = retention
  const values = [storeId, progress.seq, newCut, keepMs, recentVersions]
  await execute(engine.pools.writers, saveStatement, values)
  return aged + fresh
}

/**
 * Where the last sweep under the same rule came to; under another rule everything is looked at
 * anew.
 */
function resume(progress: ProgressRow, { keepMs, recentVersions }: Retention) {
  const isSameRule = progress.keep_ms === keepMs && progress.recent_versions === recentVersions
  if (!isSameRule) return { sweptSeq: 0, cutSeq: 0 }
  return { sweptSeq: progress.swept_seq ?? 0, cutSeq: progress.cut_seq ?? 0 }
}

interface Range {
  readonly storeId: StoreId
  readonly after: number
  readonly upTo: number
  readonly signal: AbortSignal
}

const rangeStatement: Statement = {
  name: 'sweep_range',
  text: `SELECT seq, first_seq FROM changes
    WHERE store_id = $1 AND seq > $2 AND seq <= $3 AND kind < 3 ORDER BY seq LIMIT ${sliceRows}`,
}

/** Looks at every memory that has a version in the range. */
async function purgeRange(engine: RetentionEngine, range: Range): Promise<number> {
  const { storeId, upTo, signal } = range
  let purged = 0
  for (let after = range.after; after < upTo && !signal.aborted;) {
    const rows = await select<{ seq: number; first_seq: number }>(
      engine.pools.readers,
      rangeStatement,
      [storeId, after, upTo],
    )
    const memories = [...new Set(rows.map((row) => row.first_seq))]
    for (let start = 0; start < memories.length && !signal.aborted; start += sliceMemories) {
      const slice = memories.slice(start, start + sliceMemories)
      purged += await purgeMemories(engine, storeId, slice)
    }
    after = rows.length < sliceRows ? upTo : (rows.at(-1)?.seq ?? upTo)
  }
  return purged
}

const historyStatement: Statement = {
  name: 'sweep_histories',
  text: `SELECT memory.first_seq, newest.seq AS newest_seq, newest.kind AS newest_kind,
      newest.at AS newest_at, coalesce(recent.seq, 0) AS recent_seq, v.seq, v.at
    FROM unnest($2::bigint[]) AS memory(first_seq)
    CROSS JOIN LATERAL (SELECT seq, kind, at FROM changes
      WHERE store_id = $1 AND first_seq = memory.first_seq AND kind < 3
      ORDER BY seq DESC LIMIT 1) newest
    LEFT JOIN LATERAL (SELECT seq FROM changes
      WHERE store_id = $1 AND first_seq = memory.first_seq AND kind < 3
      ORDER BY seq DESC OFFSET $3 LIMIT 1) recent ON true
    CROSS JOIN LATERAL (SELECT seq, at FROM changes
      WHERE store_id = $1 AND first_seq = memory.first_seq AND kind < 3
      ORDER BY seq LIMIT ${sliceVersions}) v
    ORDER BY memory.first_seq, v.seq`,
}

/** One of the oldest versions of a memory, beside what its memory's newest ones say. */
interface HistoryRow {
  readonly first_seq: number
  readonly newest_seq: number
  readonly newest_kind: number
  readonly newest_at: number
  /**
   * The version with exactly as many newer ones as retention always keeps; 0 when there are fewer.
   */
  readonly recent_seq: number
  readonly seq: number
  readonly at: number
}

/** Removes what may go, oldest first, slice by slice until a slice has kept something. */
async function purgeMemories(
  engine: RetentionEngine,
  storeId: StoreId,
  memories: readonly number[],
): Promise<number> {
  const { recentVersions } = engine.options.retention
  let purged = 0
  for (let open = memories; open.length > 0;) {
    const values = [storeId, open, recentVersions]
    const rows = await select<HistoryRow>(engine.pools.readers, historyStatement, values)
    const plan = planPurge(rows, engine.options)
    purged += await remove(engine, storeId, plan)
    open = plan.unfinished
  }
  return purged
}

interface Removal {
  readonly seq: number
  /**
   * The version that came after it, itself where there was none: the store's history is complete
   * from there on, and nothing is left of where that one came from.
   */
  readonly superseding: number
}

interface PurgePlan {
  readonly removals: readonly Removal[]
  /** By memory, the deletion because of which its versions go; of live ones there is none. */
  readonly deletions: ReadonlyMap<number, number>
  /** Memories of which every version looked at goes, so that there may be more. */
  readonly unfinished: readonly number[]
}

function planPurge(
  rows: readonly HistoryRow[],
  { retention, clock }: Pick<StorageOptions, 'retention' | 'clock'>,
): PurgePlan {
  const now = clock()
  const removals: Removal[] = []
  const deletions = new Map<number, number>()
  const unfinished: number[] = []
  for (const history of Map.groupBy(rows, (row) => row.first_seq).values()) {
    const before = removals.length
    for (const [index, row] of history.entries()) {
      const superseding = history[index + 1]
      const isUnknown = superseding === undefined && history.length === sliceVersions
      if (isUnknown || !isPurgeable(keptOf(row, superseding, retention), retention, now)) continue
      removals.push({ seq: row.seq, superseding: superseding?.seq ?? row.seq })
    }
    const [first] = history
    if (first?.newest_kind === kindNumbers.deleted) deletions.set(first.first_seq, first.newest_seq)
    if (first && removals.length > before && history.length === sliceVersions)
      unfinished.push(first.first_seq)
  }
  return { removals, deletions, unfinished }
}

function keptOf(row: HistoryRow, superseding: HistoryRow | undefined, retention: Retention) {
  const isRecent = row.seq >= row.recent_seq
  return {
    supersededAt: superseding?.at,
    newer: isRecent ? 0 : retention.recentVersions + 1,
    deletedAt: row.newest_kind === kindNumbers.deleted ? row.newest_at : undefined,
  }
}

const lockStatement: Statement = {
  name: 'sweep_lock',
  text: 'SELECT 1 FROM counters WHERE store_id = $1 FOR UPDATE',
}
/** What goes because its memory was deleted stays when that lives again since it was planned. */
const removeStatement: Statement = {
  name: 'sweep_remove',
  text: `DELETE FROM changes v WHERE v.store_id = $1 AND v.seq = ANY($2::bigint[]) AND ${isVersion}
      AND coalesce((SELECT planned.deletion = (SELECT n.seq FROM changes n
          WHERE n.store_id = $1 AND n.first_seq = v.first_seq AND n.kind < 3
          ORDER BY n.seq DESC LIMIT 1)
        FROM unnest($3::bigint[], $4::bigint[]) AS planned(first_seq, deletion)
        WHERE planned.first_seq = v.first_seq), true)
    RETURNING v.seq`,
}
const forgetStatement: Statement = {
  name: 'sweep_forget_left',
  text: `UPDATE changes SET left_path = NULL
    WHERE store_id = $1 AND seq = ANY($2::bigint[]) AND left_path IS NOT NULL`,
}
const countStatement: Statement = {
  name: 'sweep_count',
  text: `UPDATE counters SET versions = versions - $2, history_from = greatest(history_from, $3)
    WHERE store_id = $1`,
}

/**
 * Locks in the order in which commits do; what another sweep removed meanwhile is not counted
 * again.
 */
async function remove(
  { pools }: RetentionEngine,
  storeId: StoreId,
  { removals, deletions }: PurgePlan,
): Promise<number> {
  if (removals.length === 0) return 0
  const seqs = removals.map(({ seq }) => seq)
  const planned = [storeId, seqs, [...deletions.keys()], [...deletions.values()]]
  return transact(pools.writers, async (session) => {
    await execute(session, lockStatement, [storeId])
    const rows = await select<{ seq: number }>(session, removeStatement, planned)
    if (rows.length === 0) return 0
    const removed = new Set(rows.map(({ seq }) => seq))
    const superseding = removals.filter(({ seq }) => removed.has(seq)).map((of) => of.superseding)
    await execute(session, forgetStatement, [storeId, superseding])
    const completeFrom = Math.max(...superseding)
    await execute(session, countStatement, [storeId, removed.size, completeFrom])
    return removed.size
  })
}
