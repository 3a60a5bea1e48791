import { parseMemoryId, parseVersionId } from '../../domain/ids.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { VersionsQuery, View } from '../port.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import { select, type Session, type Statement } from './connection.ts'
import {
  changeColumns,
  changeOf,
  entryOf,
  isVersion,
  kindNumbers,
  versionColumns,
  versionOf,
  visibleStore,
  type FeedRow,
  type VersionRow,
} from './rows.ts'

const versionStatement: Statement = {
  name: 'read_version',
  text: `SELECT ${versionColumns}, CASE WHEN $5 THEN v.content END AS content FROM stores s
    LEFT JOIN changes v ON v.store_id = $1 AND v.seq = $3 AND v.at = $4 AND ${isVersion}
    WHERE ${visibleStore}`,
}

/** Filters that are not given are replaced by ones that let everything through: one plan each. */
function versionsStatement(name: string, memoryFilter: string): Statement {
  return {
    name,
    text: `SELECT ${versionColumns}, CASE WHEN $3 THEN v.content END AS content FROM stores s
      LEFT JOIN LATERAL (SELECT * FROM changes
        WHERE store_id = $1 AND kind < 3 AND seq < $4 ${memoryFilter}
          AND at BETWEEN $5 AND $6 AND kind = ANY($7::smallint[]) AND actor = ALL($8::text[])
        ORDER BY seq DESC LIMIT $9) v ON true
      WHERE ${visibleStore} ORDER BY v.seq DESC`,
  }
}

const storeVersionsStatement = versionsStatement('list_versions', '')
const memoryVersionsStatement = versionsStatement(
  'list_versions_of_memory',
  'AND first_seq = $10 AND first_at = $11',
)

/** A change shows below a prefix when its memory is there after it, or was there before it. */
const changesStatement: Statement = {
  name: 'list_changes',
  text: `SELECT ${changeColumns}, v.claimed, v.reason, v.target_seq, v.target_at, v.previous_path
    FROM stores s
    LEFT JOIN LATERAL (SELECT c.*, before.path AS previous_path FROM changes c
      LEFT JOIN LATERAL (SELECT b.path FROM changes b
        WHERE b.store_id = $1 AND b.seq = c.prev_seq LIMIT 1) before ON true
      WHERE c.store_id = $1 AND c.seq > $3
        AND ($4 = '/' OR starts_with(c.path, $4) OR starts_with(before.path, $4))
      ORDER BY c.seq LIMIT $5) v ON true
    WHERE ${visibleStore} ORDER BY v.seq`,
}

/** As many as the bytes of content in $5 hold, and the first in any case. */
const entriesStatement: Statement = {
  name: 'read_history',
  text: `SELECT ${versionColumns}, v.content, v.claimed, v.reason, v.target_seq, v.target_at,
      v.previous_path
    FROM stores s
    LEFT JOIN LATERAL (SELECT m.*, before.path AS previous_path FROM (
        SELECT c.*, sum(coalesce(c.size, 0)) OVER w AS bytes, row_number() OVER w AS place
        FROM (SELECT * FROM changes WHERE store_id = $1 AND seq > $3 ORDER BY seq LIMIT $4) c
        WINDOW w AS (ORDER BY c.seq)) m
      LEFT JOIN LATERAL (SELECT b.path FROM changes b
        WHERE b.store_id = $1 AND b.seq = m.prev_seq LIMIT 1) before ON true
      WHERE m.place = 1 OR m.bytes <= $5) v ON true
    WHERE ${visibleStore} ORDER BY v.seq`,
}

/** What a LEFT JOIN that found nothing leaves. */
type Nothing = { readonly seq: null }

type HistoryView = Pick<View, 'version' | 'versions' | 'changes' | 'entries'>

export function viewHistory(session: Session): HistoryView {
  return {
    version: async ({ storeId, workspaceId }, versionId, { content }) => {
      const position = parseVersionId(storeId, versionId) ?? { seq: 0, at: 0 }
      const values = [storeId, workspaceId, position.seq, position.at, content]
      const [row] = await select<VersionRow | Nothing>(session, versionStatement, values)
      if (row === undefined) return { found: false, missing: 'store' }
      if (row.seq === null) return { found: false, missing: 'item' }
      return { found: true, value: versionOf(storeId, row) }
    },
    versions: (scope, query) => listVersions(session, scope, query),
    changes: async ({ storeId, workspaceId }, { after, prefix, limit }) => {
      const values = [storeId, workspaceId, after, prefix, limit]
      const rows = await select<FeedRow | Nothing>(session, changesStatement, values)
      if (rows.length === 0) return { found: false, missing: 'store' }
      const changes = rows.filter((row) => row.seq !== null)
      return { found: true, value: changes.map((row) => changeOf(storeId, row)) }
    },
    entries: async ({ storeId, workspaceId }, { after, limit, bytesMax }) => {
      const values = [storeId, workspaceId, after, limit, bytesMax]
      type Row = FeedRow & VersionRow
      const rows = await select<Row | Nothing>(session, entriesStatement, values)
      if (rows.length === 0) return { found: false, missing: 'store' }
      const entries = rows.filter((row) => row.seq !== null)
      return { found: true, value: entries.map((row) => entryOf(storeId, row)) }
    },
  }
}

const lastNumber = Number.MAX_SAFE_INTEGER
const allOperations = [kindNumbers.created, kindNumbers.modified, kindNumbers.deleted]

async function listVersions(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  query: VersionsQuery,
): Promise<Found<Version[]>> {
  const { content, createdFrom, createdTo, memoryId, operation, actors } = query
  const values = [
    storeId,
    workspaceId,
    content,
    query.beforeSeq ?? lastNumber,
    Math.ceil(createdFrom ?? 0),
    Math.floor(createdTo ?? lastNumber),
    operation === undefined ? allOperations : [kindNumbers[operation]],
    actors,
    query.limit,
  ]
  // A memory id of another store, or none at all, matches no version.
  const memory = memoryId === undefined ? undefined : parseMemoryId(storeId, memoryId)
  const position = memory ?? { seq: 0, at: 0 }
  const rows =
    memoryId === undefined
      ? await select<VersionRow | Nothing>(session, storeVersionsStatement, values)
      : await select<VersionRow | Nothing>(session, memoryVersionsStatement, [
          ...values,
          position.seq,
          position.at,
        ])
  if (rows.length === 0) return { found: false, missing: 'store' }
  const versions = rows.filter((row) => row.seq !== null)
  return { found: true, value: versions.map((row) => versionOf(storeId, row)) }
}
