import { parseMemoryId, type StoreId } from '../../domain/ids.ts'
import { memoryOf, type ListItem, type Memory } from '../../domain/memory/memory.ts'
import { within, type Prefix } from '../../domain/memory/path.ts'
import { countCharacters } from '../../domain/text.ts'
import type { View } from '../port.ts'
import type { MemoriesQuery } from '../port/memories-query.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import { select, type Session, type Statement } from './connection.ts'
import { headColumns, headOf, textOf, visibleStore, type ContentRow, type HeadRow } from './rows.ts'

// Every statement starts from the store's row and joins what is asked for: no row means no such
// store, a row of nulls no such item. Content is read only where it is asked for.

function contentIf(parameter: string): string {
  return `CASE WHEN ${parameter} THEN
    (SELECT v.content FROM changes v WHERE v.store_id = $1 AND v.seq = m.head_seq) END AS content`
}

/** A memory's newest version is its state, unless it was deleted. */
const memoryStatement: Statement = {
  name: 'read_memory',
  text: `SELECT ${headColumns}, CASE WHEN $5 THEN m.content END AS content FROM stores s
    LEFT JOIN LATERAL (SELECT newest.* FROM (
      SELECT v.kind, v.path, v.first_seq, v.first_at, v.seq AS head_seq, v.at AS head_at, v.sha256,
        v.size, v.content
      FROM changes v WHERE v.store_id = $1 AND v.first_seq = $3 AND v.kind < 3
      ORDER BY v.seq DESC LIMIT 1) newest
      WHERE newest.kind < 2 AND newest.first_at = $4) m ON true
    WHERE ${visibleStore}`,
}

const memoryAtStatement: Statement = {
  name: 'read_memory_at',
  text: `SELECT ${headColumns}, ${contentIf('$4')} FROM stores s
    LEFT JOIN memories m ON m.store_id = $1 AND m.path = $3
    WHERE ${visibleStore}`,
}

const memoriesStatement: Statement = {
  name: 'list_memories',
  text: `SELECT ${headColumns}, ${contentIf('$6')} FROM stores s
    LEFT JOIN LATERAL (SELECT * FROM memories
      WHERE store_id = $1 AND path >= $3 AND path < $4 ORDER BY path LIMIT $5) m ON true
    WHERE ${visibleStore} ORDER BY m.path`,
}

/**
 * One step per item given out, however many memories lie below a directory: take the first path at
 * or after `next`; if it lies deeper, give out its directory and go on behind everything in it.
 */
const childrenStatement: Statement = {
  name: 'list_children',
  text: `WITH RECURSIVE item AS (
      SELECT 0 AS number, $3::text COLLATE "C" AS next, NULL::text COLLATE "C" AS directory,
        NULL::text COLLATE "C" AS path
      UNION ALL
      SELECT item.number + 1,
        CASE WHEN child.slash > 0 THEN child.name || '0' ELSE first.path || E'\\x01' END,
        CASE WHEN child.slash > 0 THEN child.name || '/' END, first.path
      FROM item
      CROSS JOIN LATERAL (SELECT m.path FROM memories m
        WHERE m.store_id = $1 AND m.path >= item.next AND m.path < $4
        ORDER BY m.path LIMIT 1) first
      CROSS JOIN LATERAL (SELECT strpos(substr(first.path, $7), '/') AS slash,
        left(first.path, $7 - 2 + strpos(substr(first.path, $7), '/')) AS name) child
      WHERE item.number < $5)
    SELECT i.directory, ${headColumns}, ${contentIf('$6')} FROM stores s
    LEFT JOIN item i ON i.number > 0
    LEFT JOIN LATERAL (SELECT * FROM memories
      WHERE store_id = $1 AND path = i.path LIMIT 1) m ON i.directory IS NULL
    WHERE ${visibleStore} ORDER BY i.number`,
}

type MemoryRow = HeadRow & ContentRow
/** What a LEFT JOIN that found nothing leaves. */
type Nothing = { readonly path: null; readonly directory?: null }
type ChildRow = (MemoryRow & { readonly directory: null }) | { readonly directory: string }

type MemoriesView = Pick<View, 'memory' | 'memoryAt' | 'memories'>

export function viewMemories(session: Session): MemoriesView {
  return {
    memory: async ({ storeId, workspaceId }, memoryId, { content }) => {
      const position = parseMemoryId(storeId, memoryId) ?? { seq: 0, at: 0 }
      const values = [storeId, workspaceId, position.seq, position.at, content]
      const rows = await select<MemoryRow | Nothing>(session, memoryStatement, values)
      return foundMemory(storeId, rows)
    },
    memoryAt: async ({ storeId, workspaceId }, path, { content }) => {
      const values = [storeId, workspaceId, path, content]
      const rows = await select<MemoryRow | Nothing>(session, memoryAtStatement, values)
      return foundMemory(storeId, rows)
    },
    memories: (scope, query) =>
      query.depth === 0 ? listAll(session, scope, query) : listChildren(session, scope, query),
  }
}

function foundMemory(storeId: StoreId, [row]: readonly (MemoryRow | Nothing)[]): Found<Memory> {
  if (row === undefined) return { found: false, missing: 'store' }
  if (row.path === null) return { found: false, missing: 'item' }
  return { found: true, value: memoryOfRow(storeId, row) }
}

function memoryOfRow(storeId: StoreId, row: MemoryRow): Memory {
  return memoryOf(storeId, headOf(row), textOf(row))
}

async function listAll(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  query: MemoriesQuery,
): Promise<Found<ListItem[]>> {
  const { from, to } = boundsOf(query)
  const values = [storeId, workspaceId, from, to, query.limit, query.content]
  const rows = await select<MemoryRow | Nothing>(session, memoriesStatement, values)
  if (rows.length === 0) return { found: false, missing: 'store' }
  const memories = rows.filter((row) => row.path !== null)
  return { found: true, value: memories.map((row) => memoryOfRow(storeId, row)) }
}

async function listChildren(
  session: Session,
  { storeId, workspaceId }: StoreScope,
  query: MemoriesQuery,
): Promise<Found<ListItem[]>> {
  const { from, to } = boundsOf(query)
  const nameFrom = countCharacters(query.prefix) + 1 // PostgreSQL counts characters, from 1
  const values = [storeId, workspaceId, from, to, query.limit, query.content, nameFrom]
  const rows = await select<ChildRow | Nothing>(session, childrenStatement, values)
  if (rows.length === 0) return { found: false, missing: 'store' }
  const items: ListItem[] = []
  for (const row of rows) {
    if (typeof row.directory === 'string') items.push({ prefix: row.directory as Prefix })
    else if (row.path !== null) items.push(memoryOfRow(storeId, row))
  }
  return { found: true, value: items }
}

/**
 * The half-open range of paths still to be listed. No path holds U+0001: nothing sorts in between.
 */
function boundsOf({ prefix, after }: MemoriesQuery): { from: string; to: string } {
  const { from, to } = within(prefix)
  if (after === undefined) return { from, to }
  const next = after.endsWith('/') ? `${after.slice(0, -1)}0` : `${after}\u0001`
  return { from: next, to }
}
