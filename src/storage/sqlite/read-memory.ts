import { parseMemoryId } from '../../domain/ids.ts'
import { memoryOf, type Memory } from '../../domain/memory/memory.ts'
import type { Path } from '../../domain/memory/path.ts'
import type { StoreScope } from '../port/store-scope.ts'
import { contentOf, textOf } from './read-content.ts'
import { headColumns, headOf, of, type HeadRow } from './rows.ts'
import type { Statements } from './statement.ts'

type Row = HeadRow & { readonly cid: number; readonly text: string | null }

// One statement from the store to the content: each statement that touches the database takes and
// gives back a lock, which costs more than the seeks do.

const inStore = 's.id = ? AND s.workspace_id = ? AND s.deleted_at IS NULL'
const content = 'LEFT JOIN contents t ON t.cid = h.cid'

const fromId = `FROM stores s CROSS JOIN changes a ON a.sid = s.sid
  CROSS JOIN changes h ON h.sid = a.sid AND h.seq = a.head_seq`
const whereId = `WHERE ${inStore} AND a.seq = ? AND a.at = ? AND a.first_seq = a.seq AND h.kind < 2`
const idColumns =
  'h.path, h.first_seq, h.first_at, h.seq AS head_seq, h.at AS head_at, h.sha256, h.size, h.cid'
const headById = `SELECT ${idColumns}, NULL AS text ${fromId} ${whereId}`
const fullById = `SELECT ${idColumns}, ${textOf('t')} ${fromId} ${content} ${whereId}`

const fromPath = 'FROM stores s CROSS JOIN memories h ON h.sid = s.sid'
const wherePath = `WHERE ${inStore} AND h.path = ?`
const pathColumns = of('h', `${headColumns}, cid`)
const headByPath = `SELECT ${pathColumns}, NULL AS text ${fromPath} ${wherePath}`
const fullByPath = `SELECT ${pathColumns}, ${textOf('t')} ${fromPath} ${content} ${wherePath}`

/** The live memory with this id, undefined when the store or the memory is not there. */
export function readMemory(
  statements: Statements,
  { storeId, workspaceId }: StoreScope,
  { memoryId, full }: { readonly memoryId: string; readonly full: boolean },
): Memory | undefined {
  const position = parseMemoryId(storeId, memoryId)
  if (position === undefined) return undefined
  const sql = full ? fullById : headById
  const row = statements.get<Row>(sql, storeId, workspaceId, position.seq, position.at)
  return row && memoryOf(storeId, headOf(row), contentOf(statements, row))
}

/** The live memory at this path, undefined when the store or the memory is not there. */
export function readMemoryAt(
  statements: Statements,
  { storeId, workspaceId }: StoreScope,
  { path, full }: { readonly path: Path; readonly full: boolean },
): Memory | undefined {
  const sql = full ? fullByPath : headByPath
  const row = statements.get<Row>(sql, storeId, workspaceId, path)
  return row && memoryOf(storeId, headOf(row), contentOf(statements, row))
}
