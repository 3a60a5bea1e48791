import type { ListItem } from '../../../domain/memory/memory.ts'
import { within, type Prefix } from '../../../domain/memory/path.ts'
import { countCharacters } from '../../../domain/text.ts'
import type { Found, StoreScope } from '../../port/store-scope.ts'
import type { AsOf, AsOfQuery } from '../../port/history-reads.ts'
import { select, type Session, type Statement } from '../connection.ts'
import { visibleStore } from '../rows.ts'
import { leaverOf, memoryOfPast, startOf, versionAt, type PastRow } from './as-of.ts'

/** The first path of a table at or after `next`, $4 where there is none; not asked for again. */
function following(known: string, path: string, rows: string): string {
  return `CASE WHEN ${known} >= item.next THEN ${known} ELSE coalesce(
    (SELECT f.${path} FROM ${rows} f WHERE f.store_id = $1 AND f.${path} IS NOT NULL
      AND f.${path} >= item.next AND f.${path} < $4 ORDER BY f.${path} LIMIT 1), $4) END`
}

/** The version that was current after $5 at a path: of who lives there, or of who left it next. */
const seqThere = `(SELECT there.seq FROM (
    SELECT m.first_seq FROM memories m WHERE m.store_id = $1 AND m.path = first.path
    UNION ALL SELECT ${leaverOf('first.path', '$5::bigint')}) k
  CROSS JOIN LATERAL ${versionAt('k.first_seq', '$5::bigint')} there
  WHERE there.path = first.path AND there.kind < 2 LIMIT 1)`

/**
 * One step per path at which something lives or was ever left, until $6 items are found or $8 steps
 * are made. What lies in a directory that has given itself out is stepped over.
 */
const childrenStatement: Statement = {
  name: 'history_children',
  text: `WITH RECURSIVE item AS (
      SELECT 0 AS step, 0 AS found, $3::text COLLATE "C" AS next, '' COLLATE "C" AS live,
        '' COLLATE "C" AS left_path, NULL::text COLLATE "C" AS directory, NULL::bigint AS seq
      UNION ALL
      SELECT item.step + 1, item.found + CASE WHEN at.seq IS NULL THEN 0 ELSE 1 END,
        CASE WHEN first.path = $4 THEN $4
          WHEN at.seq IS NOT NULL AND child.slash > 0 THEN child.name || '0'
          ELSE first.path || E'\\x01' END,
        paths.live, paths.left_path,
        CASE WHEN at.seq IS NOT NULL AND child.slash > 0 THEN child.name || '/' END, at.seq
      FROM item
      CROSS JOIN LATERAL (SELECT ${following('item.live', 'path', 'memories')} AS live,
        ${following('item.left_path', 'left_path', 'changes')} AS left_path OFFSET 0) paths
      CROSS JOIN LATERAL (SELECT least(paths.live, paths.left_path) AS path OFFSET 0) first
      CROSS JOIN LATERAL (SELECT ${seqThere} AS seq OFFSET 0) at
      CROSS JOIN LATERAL (SELECT strpos(substr(first.path, $9), '/') AS slash,
        left(first.path, $9 - 2 + strpos(substr(first.path, $9), '/')) AS name) child
      WHERE item.next < $4 AND item.found < $6 AND item.step < $8)
    SELECT n.history_from, i.next, i.next >= $4 AS is_over, i.directory, v.path AS candidate, v.kind, v.seq, v.at,
      v.first_seq, v.first_at, v.sha256, v.size, CASE WHEN $7 THEN v.content END AS content
    FROM stores s JOIN counters n ON n.store_id = s.id
    JOIN item i ON i.seq IS NOT NULL OR i.step = (SELECT max(step) FROM item)
    LEFT JOIN LATERAL (SELECT * FROM changes c
      WHERE c.store_id = $1 AND c.seq = i.seq LIMIT 1) v ON i.directory IS NULL
    WHERE ${visibleStore} ORDER BY i.step`,
}

type ChildRow = PastRow & {
  readonly history_from: number
  /** Where the next step would look. */
  readonly next: string
  readonly is_over: boolean
  readonly directory: string | null
}

/** Paths looked at by one statement besides those it gives out. */
const stepsMax = 512

/** What lies directly in a directory, as it was. */
export async function listChildrenAsOf(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  query: AsOfQuery,
): Promise<Found<AsOf<ListItem[]>>> {
  const { prefix, limit, seq, content } = query
  const { to } = within(prefix)
  const nameFrom = countCharacters(prefix) + 1 // PostgreSQL counts characters, from 1
  const value: ListItem[] = []
  for (let next = startOf(query); ;) {
    const wanted = limit - value.length
    const values = [storeId, workspaceId, next, to, seq, wanted, content, wanted + stepsMax]
    const rows = await select<ChildRow>(session, childrenStatement, [...values, nameFrom])
    const last = rows.at(-1)
    if (last === undefined) return { found: false, missing: 'store' }
    for (const row of rows) {
      if (row.directory !== null) value.push({ prefix: row.directory as Prefix })
      else if (row.seq !== null) value.push(memoryOfPast(storeId, row))
    }
    next = last.next
    if (value.length >= limit || last.is_over) {
      return { found: true, value: { value, historyFrom: last.history_from } }
    }
  }
}
