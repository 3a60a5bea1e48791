import type { WorkspaceInput } from '../../api.ts'
import { permit, type Caller } from '../../domain/caller.ts'
import { notFound } from '../../domain/errors.ts'
import { isId, type WorkspaceId } from '../../domain/ids.ts'

/**
 * The workspace whose keys an admin manages: its own, and any for the operator. To others a foreign
 * workspace looks as if it did not exist.
 * @throws DomainError `forbidden`, `not_found`
 */
export function managedWorkspace(caller: Caller, { workspaceId }: WorkspaceInput): WorkspaceId {
  permit(caller, 'admin')
  if (workspaceId === undefined || workspaceId === caller.workspaceId) return caller.workspaceId
  const isKnownShape = isId(workspaceId, 'wrkspc_')
  if (caller.isOperator === true && isKnownShape) return workspaceId as WorkspaceId
  throw notFound('workspace')
}
