import { unreachable } from '../../domain/assert.ts'
import { makeKeyId, makeWorkspaceId } from '../../domain/ids.ts'
import type {
  CreateKey,
  CreateWorkspace,
  Key,
  RevokeKey,
  Workspace,
} from '../../domain/memory/command.ts'
import { done, refused, type Outcome } from './outcome.ts'
import { keyColumns, keyOf, type KeyRow } from '../tenant-rows.ts'
import { bytesOf } from './rows.ts'
import type { Statements } from './statement.ts'

/** Workspaces and keys: rare writes, each in the scope of its workspace. */
export function commitTenancy(
  statements: Statements,
  command: CreateWorkspace | CreateKey | RevokeKey,
  now: number,
): Outcome<Workspace | Key> {
  switch (command.type) {
    case 'create_workspace':
      return createWorkspace(statements, command, now)
    case 'create_key':
      return createKey(statements, command, now)
    case 'revoke_key':
      return revokeKey(statements, command, now)
    default:
      return unreachable(command)
  }
}

function createWorkspace(
  statements: Statements,
  { name }: CreateWorkspace,
  now: number,
): Outcome<Workspace> {
  const id = makeWorkspaceId(now)
  statements.run('INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, ?)', id, name, now)
  return done({ id, name, createdAt: now })
}

const selectWorkspace = 'SELECT id FROM workspaces WHERE id = ?'
const insertKey = `INSERT INTO api_keys
  (id, workspace_id, name, role, secret_sha256, hint, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`

function createKey(statements: Statements, command: CreateKey, now: number): Outcome<Key> {
  const { workspaceId, name, role, secretSha256, hint } = command
  if (statements.get(selectWorkspace, workspaceId) === undefined) {
    return refused({ code: 'not_found', message: 'workspace not found' })
  }
  const id = makeKeyId(now)
  statements.run(insertKey, id, workspaceId, name, role, bytesOf(secretSha256), hint, now)
  return done({ id, workspaceId, name, role, hint, createdAt: now, revokedAt: undefined })
}

const selectKey = `SELECT ${keyColumns} FROM api_keys WHERE id = ? AND workspace_id = ?`
const setRevoked = `UPDATE api_keys SET revoked_at = ?
  WHERE id = ? AND workspace_id = ? AND revoked_at IS NULL`

function revokeKey(statements: Statements, command: RevokeKey, now: number): Outcome<Key> {
  statements.run(setRevoked, now, command.keyId, command.workspaceId)
  const row = statements.get<KeyRow>(selectKey, command.keyId, command.workspaceId)
  return row ? done(keyOf(row)) : refused({ code: 'not_found', message: 'key not found' })
}
