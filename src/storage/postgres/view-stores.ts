import { assert } from '../../domain/assert.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { View } from '../port.ts'
import { select, type Session, type Statement } from './connection.ts'
import { keyColumns, keyOf, workspaceOf, type KeyRow, type WorkspaceRow } from '../tenant-rows.ts'
import {
  countersColumns,
  storeColumns,
  storeOf,
  usageOf,
  visibleStore,
  type CountersRow,
  type StoreRow,
} from './rows.ts'

const storeStatement: Statement = {
  name: 'read_store',
  text: `SELECT ${storeColumns} FROM stores s
    WHERE ${visibleStore}`,
}

const usageStatement: Statement = {
  name: 'read_usage',
  text: `SELECT ${countersColumns} FROM stores s JOIN counters c ON c.store_id = s.id
    WHERE ${visibleStore}`,
}

/**
 * Bounds that are not given are replaced by ones that bound nothing, so that one plan walks the
 * index.
 */
const storesStatement: Statement = {
  name: 'list_stores',
  text: `SELECT ${storeColumns} FROM stores s
    WHERE s.workspace_id = $1 AND s.deleted_at IS NULL
      AND s.created_at BETWEEN $2 AND $3 AND (s.created_at, s.id) < ($4, $5::text COLLATE "C")
      AND ($6 OR s.archived_at IS NULL)
    ORDER BY s.created_at DESC, s.id DESC LIMIT $7`,
}

const workspaceColumns = 'id, name, created_at'
const workspacesStatement: Statement = {
  name: 'list_workspaces',
  text: `SELECT ${workspaceColumns} FROM workspaces ORDER BY id`,
}
const workspaceStatement: Statement = {
  name: 'read_workspace',
  text: `SELECT ${workspaceColumns} FROM workspaces WHERE id = $1`,
}
const keysStatement: Statement = {
  name: 'list_keys',
  text: `SELECT ${keyColumns} FROM api_keys WHERE workspace_id = $1 ORDER BY id`,
}
const keyBySecretStatement: Statement = {
  name: 'read_key_by_secret',
  text: `SELECT ${keyColumns} FROM api_keys WHERE secret_sha256 = decode($1, 'hex')`,
}
const keyStatement: Statement = {
  name: 'read_key',
  text: `SELECT ${keyColumns} FROM api_keys WHERE workspace_id = $1 AND id = $2`,
}
const cursorKeyStatement: Statement = {
  name: 'read_cursor_key',
  text: "SELECT value FROM settings WHERE name = 'cursor_key'",
}

type StoresView = Pick<View, 'store' | 'usage' | 'stores'>
type TenancyView = Pick<
  View,
  'workspaces' | 'workspace' | 'keys' | 'keyBySecret' | 'key' | 'cursorKey'
>

const lastTime = Number.MAX_SAFE_INTEGER

export function viewStores(session: Session): StoresView {
  return {
    store: async ({ storeId, workspaceId }) => {
      const [row] = await select<StoreRow>(session, storeStatement, [storeId, workspaceId])
      return row && storeOf(row)
    },
    usage: async ({ storeId, workspaceId }) => {
      const [row] = await select<CountersRow>(session, usageStatement, [storeId, workspaceId])
      return row && usageOf(row)
    },
    stores: async (query) => {
      const { workspaceId, createdFrom, createdTo, after, includeArchived, limit } = query
      const bounds = [Math.ceil(createdFrom ?? 0), Math.floor(createdTo ?? lastTime)]
      const position = [after?.createdAt ?? lastTime, after?.id ?? '']
      const values = [workspaceId, ...bounds, ...position, includeArchived, limit]
      return (await select<StoreRow>(session, storesStatement, values)).map(storeOf)
    },
  }
}

export function viewTenancy(session: Session): TenancyView {
  return {
    workspaces: async () =>
      (await select<WorkspaceRow>(session, workspacesStatement, [])).map(workspaceOf),
    workspace: async (workspaceId) => {
      const [row] = await select<WorkspaceRow>(session, workspaceStatement, [workspaceId])
      return row && workspaceOf(row)
    },
    keys: async (workspaceId) =>
      (await select<KeyRow>(session, keysStatement, [workspaceId])).map(keyOf),
    keyBySecret: async (secretSha256: Sha256) => {
      const [row] = await select<KeyRow>(session, keyBySecretStatement, [secretSha256])
      return row && keyOf(row)
    },
    key: async (workspaceId, keyId) => {
      const [row] = await select<KeyRow>(session, keyStatement, [workspaceId, keyId])
      return row && keyOf(row)
    },
    cursorKey: async () => {
      const [row] = await select<{ value: Buffer }>(session, cursorKeyStatement, [])
      assert(row !== undefined, 'migrating makes the key that signs cursors')
      return row.value
    },
  }
}
