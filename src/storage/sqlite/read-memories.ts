import type { StoreId } from '../../domain/ids.ts'
import { memoryOf, type ListItem } from '../../domain/memory/memory.ts'
import { within, type Prefix } from '../../domain/memory/path.ts'
import type { MemoriesQuery } from '../port/memories-query.ts'
import { readContent } from './read-content.ts'
import { headColumns, headOf, type HeadRow } from './rows.ts'
import type { Statements } from './statement.ts'

type Row = HeadRow & { readonly cid: number }

interface Place {
  readonly sid: number
  readonly storeId: StoreId
}

const columns = `SELECT ${headColumns}, cid FROM memories`
const rangeAfter = `${columns} WHERE sid = ? AND path > ? AND path < ? ORDER BY path LIMIT ?`
const rangeFrom = `${columns} WHERE sid = ? AND path >= ? AND path < ? ORDER BY path LIMIT ?`

export function readMemories(
  statements: Statements,
  place: Place,
  query: MemoriesQuery,
): ListItem[] {
  return query.depth === 0
    ? readDeep(statements, place, query)
    : readRolledUp(statements, place, query)
}

function readDeep(statements: Statements, place: Place, query: MemoriesQuery): ListItem[] {
  const { from, to } = within(query.prefix)
  const { after, limit } = query
  const rows =
    after === undefined
      ? statements.all<Row>(rangeFrom, place.sid, from, to, limit)
      : statements.all<Row>(rangeAfter, place.sid, after, to, limit)
  return rows.map((row) => itemOf(statements, place.storeId, { row, content: query.content }))
}

/**
 * Direct children. Everything below a directory is contiguous in byte order, so one seek steps over
 * it: the cost is one seek for each item returned, however much lies below.
 */
function readRolledUp(statements: Statements, place: Place, query: MemoriesQuery): ListItem[] {
  const { to } = within(query.prefix)
  const items: ListItem[] = []
  let next = start(query)
  while (items.length < query.limit) {
    const sql = next.inclusive ? rangeFrom : rangeAfter
    const row = statements.get<Row>(sql, place.sid, next.path, to, 1)
    if (row === undefined) break
    const slash = row.path.indexOf('/', query.prefix.length)
    if (slash === -1) {
      items.push(itemOf(statements, place.storeId, { row, content: query.content }))
      next = { path: row.path, inclusive: false }
    } else {
      items.push({ prefix: row.path.slice(0, slash + 1) as Prefix })
      next = { path: `${row.path.slice(0, slash)}0`, inclusive: true }
    }
  }
  return items
}

/** Where a page begins: a directory that was given out is stepped over whole. */
function start({ prefix, after }: MemoriesQuery) {
  if (after === undefined) return { path: within(prefix).from, inclusive: true }
  if (after.endsWith('/')) return { path: `${after.slice(0, -1)}0`, inclusive: true }
  return { path: after, inclusive: false }
}

function itemOf(
  statements: Statements,
  storeId: StoreId,
  { row, content }: { readonly row: Row; readonly content: boolean },
): ListItem {
  return memoryOf(storeId, headOf(row), content ? readContent(statements, row) : undefined)
}
