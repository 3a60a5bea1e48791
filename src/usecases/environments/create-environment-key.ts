import { permit } from '../../domain/caller.ts'
import type { EnvironmentId } from '../../domain/ids.ts'
import { parseName } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'
import { hashSecret, makeSecret } from '../tenants/secret.ts'

export const createEnvironmentKey: UseCase<'createEnvironmentKey'> = async (
  { storage },
  caller,
  input,
) => {
  permit(caller, 'admin')
  const secret = makeSecret('plm-env_')
  const key = await storage.commit({
    type: 'create_environment_key',
    workspaceId: caller.workspaceId,
    environmentId: input.environmentId as EnvironmentId,
    name: parseName(input.name ?? 'worker'),
    secretSha256: hashSecret(secret),
    hint: secret.slice(-4),
  })
  return { ...key, secret }
}
