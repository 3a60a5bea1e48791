import type { StoreId } from '../../domain/ids.ts'
import { execute, select, type Session, type Statement } from './connection.ts'
import { kindNumbers } from './rows.ts'
import { purgeStore, type RetentionEngine } from './retention.ts'

/** Rows that one statement removes at most: it holds up nobody for long. */
const sliceRows = 500
const storesPerPage = 100

/**
 * Removes what retention lets go and what deleted stores left; safe in several processes at once.
 */
export async function sweep(engine: RetentionEngine, signal: AbortSignal): Promise<number> {
  const reaped = await reapStores(engine.pools.writers, signal)
  return reaped + (await purgeStores(engine, signal))
}

const dueStatement: Statement = {
  name: 'sweep_due',
  text: `SELECT s.id FROM stores s
    JOIN counters c ON c.store_id = s.id
    LEFT JOIN sweeps w ON w.store_id = s.id
    LEFT JOIN LATERAL (SELECT v.at FROM changes v
      WHERE v.store_id = s.id AND v.seq > w.cut_seq ORDER BY v.seq LIMIT 1) next ON true
    WHERE s.id > $1 AND s.deleted_at IS NULL AND (w.seq IS DISTINCT FROM c.seq OR next.at <= $2
      OR w.keep_ms <> $3 OR w.recent_versions <> $4)
    ORDER BY s.id LIMIT ${storesPerPage}`,
}

async function purgeStores(engine: RetentionEngine, signal: AbortSignal): Promise<number> {
  const { keepMs, recentVersions } = engine.options.retention
  if (keepMs === undefined) return 0
  let purged = 0
  for (let after = ''; !signal.aborted;) {
    const cutoff = engine.options.clock() - keepMs
    const values = [after, cutoff, keepMs, recentVersions]
    const rows = await select<{ id: StoreId }>(engine.pools.readers, dueStatement, values)
    for (const { id } of rows) {
      if (signal.aborted) break
      purged += await purgeStore(engine, id, signal)
    }
    if (rows.length < storesPerPage) break
    after = rows.at(-1)?.id ?? after
  }
  return purged
}

const deletedStatement: Statement = {
  name: 'reap_list',
  text: `SELECT id FROM stores WHERE deleted_at IS NOT NULL ORDER BY id LIMIT ${storesPerPage}`,
}

async function reapStores(session: Session, signal: AbortSignal): Promise<number> {
  let reaped = 0
  while (!signal.aborted) {
    const rows = await select<{ id: StoreId }>(session, deletedStatement, [])
    for (const { id } of rows) reaped += await reapStore(session, id, signal)
    if (rows.length < storesPerPage) break
  }
  return reaped
}

const reapMemoriesStatement: Statement = {
  name: 'reap_memories',
  text: `DELETE FROM memories WHERE store_id = $1 AND path = ANY(ARRAY(
    SELECT path FROM memories WHERE store_id = $1 LIMIT ${sliceRows}))`,
}
const reapChangesStatement: Statement = {
  name: 'reap_changes',
  text: `DELETE FROM changes WHERE store_id = $1 AND seq = ANY(ARRAY(
    SELECT seq FROM changes WHERE store_id = $1 ORDER BY seq LIMIT ${sliceRows})) RETURNING kind`,
}
const reapStoreStatement: Statement = {
  name: 'reap_store',
  text: `WITH counted AS (DELETE FROM counters WHERE store_id = $1),
    swept AS (DELETE FROM sweeps WHERE store_id = $1)
    DELETE FROM stores WHERE id = $1 AND deleted_at IS NOT NULL`,
}

/** @returns how many versions went */
async function reapStore(session: Session, storeId: StoreId, signal: AbortSignal): Promise<number> {
  let versions = 0
  for (let removed = sliceRows; removed > 0 && !signal.aborted;) {
    removed = await execute(session, reapMemoriesStatement, [storeId])
  }
  for (let removed = sliceRows; removed > 0 && !signal.aborted;) {
    const rows = await select<{ kind: number }>(session, reapChangesStatement, [storeId])
    versions += rows.filter((row) => row.kind <= kindNumbers.deleted).length
    removed = rows.length
  }
  if (!signal.aborted) await execute(session, reapStoreStatement, [storeId])
  return versions
}
