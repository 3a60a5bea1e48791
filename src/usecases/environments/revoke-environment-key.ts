import { permit } from '../../domain/caller.ts'
import type { EnvironmentId, EnvironmentKeyId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'

export const revokeEnvironmentKey: UseCase<'revokeEnvironmentKey'> = async (app, caller, input) => {
  permit(caller, 'admin')
  const keyId = input.keyId as EnvironmentKeyId
  const key = await app.storage.commit({
    type: 'revoke_environment_key',
    workspaceId: caller.workspaceId,
    environmentId: input.environmentId as EnvironmentId,
    keyId,
  })
  app.knownCredentials?.drop(keyId)
  return key
}
