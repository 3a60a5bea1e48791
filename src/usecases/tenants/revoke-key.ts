import type { KeyId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'
import { managedWorkspace } from './workspace.ts'

export const revokeKey: UseCase<'revokeKey'> = async (app, caller, input) => {
  const workspaceId = managedWorkspace(caller, input)
  const keyId = input.keyId as KeyId
  const key = await app.storage.commit({ type: 'revoke_key', workspaceId, keyId })
  app.knownCredentials?.drop(keyId)
  return key
}
