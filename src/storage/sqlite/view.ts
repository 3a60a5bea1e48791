import type { DatabaseSync } from 'node:sqlite'
import { parseVersionId, type IdPosition, type KeyId, type WorkspaceId } from '../../domain/ids.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import type { Path } from '../../domain/memory/path.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { ChangesQuery, HistoryQuery, StoresQuery, VersionsQuery, View } from '../port.ts'
import type { ContentOption, MemoriesQuery } from '../port/memories-query.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import { historyReads } from './history/reads.ts'
import type { KeptMemories } from './kept-memories.ts'
import { readChanges, readHistory } from './read-changes.ts'
import { readContent } from './read-content.ts'
import { readMemories } from './read-memories.ts'
import type { HistoryReads } from '../port/history-reads.ts'
import type { SessionReads } from '../port/session-reads.ts'
import type { WebhookReads } from '../port/webhook-reads.ts'
import { sessionReads } from '../sessions/reads.ts'
import { webhookReads } from '../webhooks/reads.ts'
import type { Script } from '../sessions/script.ts'
import { runScript } from './run-script.ts'
import { readMemory, readMemoryAt } from './read-memory.ts'
import { readVersions } from './read-versions.ts'
import { keyColumns, keyOf, workspaceOf, type KeyRow, type WorkspaceRow } from '../tenant-rows.ts'
import {
  bytesOf,
  changeColumns,
  storeColumns,
  storeOf,
  tallyColumns,
  usageOf,
  versionOf,
  type ChangeRow,
  type StoreRow,
  type TallyRow,
} from './rows.ts'
import { Statements } from './statement.ts'

const storeById = `SELECT ${storeColumns} FROM stores
  WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL`
const tallyBySid = `SELECT ${tallyColumns} FROM tallies WHERE sid = ?`
const sidById = 'SELECT sid FROM stores WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL'

const versionBySeq = `SELECT ${changeColumns}, cid FROM changes
  WHERE sid = ? AND seq = ? AND at = ? AND kind < 3 AND purged = 0`

type Kept = Pick<KeptMemories, 'get' | 'offer'>

const missingStore = { found: false, missing: 'store' } as const
const missingItem = { found: false, missing: 'item' } as const

/**
 * Reads on a connection of its own. Every statement, or snapshot of several, starts and ends inside
 * one call, so each sees all that was committed before it and none is held open.
 */
export class SqliteView implements View {
  readonly sessions: SessionReads
  readonly webhooks: WebhookReads
  readonly history: HistoryReads
  readonly #statements: Statements
  readonly #kept: Kept

  constructor(db: DatabaseSync, kept: Kept) {
    const statements = new Statements(db)
    this.#statements = statements
    const run = async <Value>(script: Script<Value>) => runScript(statements, script)
    this.sessions = sessionReads(run)
    this.webhooks = webhookReads(run, { join: 'JOIN tallies t ON t.sid = s.sid' })
    this.history = historyReads(statements, (scope) => this.#sid(scope))
    this.#kept = kept
  }

  async store({ storeId, workspaceId }: StoreScope) {
    const row = this.#statements.get<StoreRow>(storeById, storeId, workspaceId)
    return row && storeOf(row)
  }

  async usage(scope: StoreScope) {
    const sid = this.#sid(scope)
    const row = sid === undefined ? undefined : this.#statements.get<TallyRow>(tallyBySid, sid)
    return row && usageOf(row)
  }

  async stores(query: StoresQuery) {
    const { workspaceId, includeArchived, after, createdFrom, createdTo, limit } = query
    const last = after ?? { createdAt: Number.MAX_SAFE_INTEGER, id: '' }
    const rows = this.#statements.all<StoreRow>(
      `SELECT ${storeColumns} FROM stores WHERE workspace_id = ? AND deleted_at IS NULL
        ${includeArchived ? '' : 'AND archived_at IS NULL'}
        AND (created_at, id) < (?, ?) AND created_at >= ? AND created_at <= ?
        ORDER BY created_at DESC, id DESC LIMIT ?`,
      workspaceId,
      last.createdAt,
      last.id,
      createdFrom ?? 0,
      createdTo ?? Number.MAX_SAFE_INTEGER,
      limit,
    )
    return rows.map(storeOf)
  }

  async memory(scope: StoreScope, memoryId: string, { content }: ContentOption) {
    const kept = content ? this.#kept.get(scope, memoryId) : undefined
    if (kept !== undefined) return found(kept)
    const memory = readMemory(this.#statements, scope, { memoryId, full: content })
    if (memory === undefined) return this.#missing(scope)
    if (content) this.#kept.offer(scope, memory)
    return found(memory)
  }

  async memoryAt(scope: StoreScope, path: Path, { content }: ContentOption) {
    const memory = readMemoryAt(this.#statements, scope, { path, full: content })
    return memory === undefined ? this.#missing(scope) : found(memory)
  }

  async memories(scope: StoreScope, query: MemoriesQuery) {
    return this.#statements.snapshot(() => {
      const sid = this.#sid(scope)
      if (sid === undefined) return missingStore
      const value = readMemories(this.#statements, { sid, storeId: scope.storeId }, query)
      return { found: true, value } as const
    })
  }

  async version(scope: StoreScope, versionId: string, { content }: ContentOption) {
    const sid = this.#sid(scope)
    if (sid === undefined) return missingStore
    const position = parseVersionId(scope.storeId, versionId)
    if (position === undefined) return missingItem
    // The version and its content from one state: a redaction may come between two.
    return this.#statements.snapshot(() => this.#version(sid, scope, { position, content }))
  }

  #version(
    sid: number,
    { storeId }: StoreScope,
    { position, content }: ContentOption & { readonly position: IdPosition },
  ): Found<Version> {
    type Row = ChangeRow & { readonly cid: number | null }
    const row = this.#statements.get<Row>(versionBySeq, sid, position.seq, position.at)
    if (row === undefined) return missingItem
    const text = content ? readContent(this.#statements, row) : undefined
    return { found: true, value: versionOf(storeId, row, text) }
  }

  async versions(scope: StoreScope, query: VersionsQuery) {
    const sid = this.#sid(scope)
    if (sid === undefined) return missingStore
    const value = await readVersions(this.#statements, { sid, storeId: scope.storeId }, query)
    return { found: true, value } as const
  }

  async changes(scope: StoreScope, query: ChangesQuery) {
    const sid = this.#sid(scope)
    if (sid === undefined) return missingStore
    const value = await readChanges(this.#statements, { sid, storeId: scope.storeId }, query)
    return { found: true, value } as const
  }

  async entries(scope: StoreScope, query: HistoryQuery) {
    return this.#statements.snapshot(() => {
      const sid = this.#sid(scope)
      if (sid === undefined) return missingStore
      const value = readHistory(this.#statements, { sid, storeId: scope.storeId }, query)
      return { found: true, value } as const
    })
  }

  async workspaces() {
    const sql = 'SELECT id, name, created_at FROM workspaces ORDER BY id'
    return this.#statements.all<WorkspaceRow>(sql).map(workspaceOf)
  }

  async workspace(workspaceId: WorkspaceId) {
    const sql = 'SELECT id, name, created_at FROM workspaces WHERE id = ?'
    const row = this.#statements.get<WorkspaceRow>(sql, workspaceId)
    return row && workspaceOf(row)
  }

  async keys(workspaceId: WorkspaceId) {
    const sql = `SELECT ${keyColumns} FROM api_keys WHERE workspace_id = ? ORDER BY id`
    return this.#statements.all<KeyRow>(sql, workspaceId).map(keyOf)
  }

  async keyBySecret(secretSha256: Sha256) {
    const sql = `SELECT ${keyColumns} FROM api_keys WHERE secret_sha256 = ?`
    const row = this.#statements.get<KeyRow>(sql, bytesOf(secretSha256))
    return row && keyOf(row)
  }

  async key(workspaceId: WorkspaceId, keyId: KeyId) {
    const sql = `SELECT ${keyColumns} FROM api_keys WHERE id = ? AND workspace_id = ?`
    const row = this.#statements.get<KeyRow>(sql, keyId, workspaceId)
    return row && keyOf(row)
  }

  async cursorKey() {
    const sql = "SELECT value FROM settings WHERE name = 'cursor_key'"
    return this.#statements.get<{ value: Uint8Array }>(sql)?.value ?? new Uint8Array(0)
  }

  #sid({ storeId, workspaceId }: StoreScope): number | undefined {
    return this.#statements.get<{ sid: number }>(sidById, storeId, workspaceId)?.sid
  }

  /** Which of the two is not there. */
  #missing(scope: StoreScope): Found<never> {
    return this.#sid(scope) === undefined ? missingStore : missingItem
  }
}

function found(memory: Memory): Found<Memory> {
  return { found: true, value: memory }
}
