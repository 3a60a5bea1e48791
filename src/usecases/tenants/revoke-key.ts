import type { KeyId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'
import { managedWorkspace } from './workspace.ts'

export const revokeKey: UseCase<'revokeKey'> = async ({ storage }, caller, input) => {
  const workspaceId = managedWorkspace(caller, input)
  return storage.commit({ type: 'revoke_key', workspaceId, keyId: input.keyId as KeyId })
}
