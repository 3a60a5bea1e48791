import type { MomentFacts, MomentInput } from '../../../domain/history/moment.ts'
import type { StoreScope } from '../../port/store-scope.ts'
import { select, type Session, type Statement } from '../connection.ts'

/**
 * Time follows sequence within a store: the first change after a time is found by halves, one seek
 * each. Of what is not kept, the next that is says the time.
 */
const momentStatement: Statement = {
  name: 'history_moment',
  text: `WITH RECURSIVE halves(low, high) AS (
      SELECT 1::bigint, c.seq + 1 FROM counters c
      WHERE c.store_id = $1 AND $2::bigint IS NOT NULL AND c.changed_at > $2
      UNION ALL
      SELECT CASE WHEN r.at <= $2 THEN r.seq + 1 ELSE h.low END,
        CASE WHEN r.at <= $2 THEN h.high ELSE (h.low + h.high) / 2 END
      FROM halves h LEFT JOIN LATERAL (SELECT v.seq, v.at FROM changes v
        WHERE v.store_id = $1 AND v.seq >= (h.low + h.high) / 2 ORDER BY v.seq LIMIT 1) r ON true
      WHERE h.low < h.high),
    wanted AS (SELECT c.store_id, c.seq AS now_seq, c.changed_at, c.history_from,
        coalesce($3::bigint, (SELECT low - 1 FROM halves WHERE low >= high), c.seq) AS seq
      FROM counters c WHERE c.store_id = $1)
    SELECT w.seq, w.now_seq, w.changed_at, w.history_from,
      (SELECT v.at FROM changes v WHERE v.store_id = $1 AND v.seq = w.seq LIMIT 1) AS at,
      (SELECT v.at FROM changes v WHERE v.store_id = $1 AND v.seq >= w.history_from
        ORDER BY v.seq LIMIT 1) AS history_from_at
    FROM wanted w JOIN stores s ON s.id = w.store_id
    WHERE s.deleted_at IS NULL AND ($4::text IS NULL OR s.workspace_id = $4)`,
}

interface MomentRow {
  readonly seq: number
  readonly at: number | null
  readonly now_seq: number
  readonly changed_at: number
  readonly history_from: number
  readonly history_from_at: number | null
}

/** Undefined when the store is not there, or not in the workspace if one is given. */
export async function readMoment(
  session: Session,
  { storeId, workspaceId }: Pick<StoreScope, 'storeId'> & Partial<StoreScope>,
  input: MomentInput | undefined,
): Promise<MomentFacts | undefined> {
  const at = input?.at === undefined ? null : Math.floor(input.at)
  const values = [storeId, at, input?.seq ?? null, workspaceId ?? null]
  const [row] = await select<MomentRow>(session, momentStatement, values)
  if (row === undefined) return undefined
  const now = { seq: row.now_seq, at: row.changed_at }
  return {
    moment: row.seq === now.seq ? now : { seq: row.seq, at: row.at ?? undefined },
    now,
    historyFrom: row.history_from,
    historyFromAt: row.history_from_at ?? undefined,
  }
}
