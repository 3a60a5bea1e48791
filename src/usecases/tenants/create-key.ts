import { roles, type Role } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { parseName } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'
import { hashSecret, makeSecret } from './secret.ts'
import { managedWorkspace } from './workspace.ts'

export const createKey: UseCase<'createKey'> = async ({ storage }, caller, input) => {
  const secret = makeSecret('plm-key_')
  const key = await storage.commit({
    type: 'create_key',
    workspaceId: managedWorkspace(caller, input),
    name: parseName(input.name),
    role: parseRole(input.role ?? 'read_write'),
    secretSha256: hashSecret(secret),
    hint: secret.slice(-4),
  })
  return { ...key, secret }
}

function parseRole(input: unknown): Role {
  const role = roles.find((known) => known === input)
  if (role === undefined) throw invalid('role', `must be one of ${roles.join(', ')}`)
  return role
}
