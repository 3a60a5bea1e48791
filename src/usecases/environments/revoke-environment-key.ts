import { permit } from '../../domain/caller.ts'
import type { EnvironmentId, EnvironmentKeyId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'

export const revokeEnvironmentKey: UseCase<'revokeEnvironmentKey'> = async (
  { storage },
  caller,
  input,
) => {
  permit(caller, 'admin')
  return storage.commit({
    type: 'revoke_environment_key',
    workspaceId: caller.workspaceId,
    environmentId: input.environmentId as EnvironmentId,
    keyId: input.keyId as EnvironmentKeyId,
  })
}
