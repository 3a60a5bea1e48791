import type { Role } from '../domain/caller.ts'
import type { KeyId, WorkspaceId } from '../domain/ids.ts'
import type { Key, Workspace } from '../domain/memory/command.ts'

// Rows of workspaces and keys, which both engines keep alike.

export interface WorkspaceRow {
  readonly id: string
  readonly name: string
  readonly created_at: number
}

export function workspaceOf(row: WorkspaceRow): Workspace {
  return { id: row.id as WorkspaceId, name: row.name, createdAt: row.created_at }
}

export interface KeyRow {
  readonly id: string
  readonly workspace_id: string
  readonly name: string
  readonly role: string
  readonly hint: string
  readonly created_at: number
  readonly revoked_at: number | null
}

export const keyColumns = 'id, workspace_id, name, role, hint, created_at, revoked_at'

export function keyOf(row: KeyRow): Key {
  return {
    id: row.id as KeyId,
    workspaceId: row.workspace_id as WorkspaceId,
    name: row.name,
    role: row.role as Role,
    hint: row.hint,
    createdAt: row.created_at,
    revokedAt: row.revoked_at ?? undefined,
  }
}
