import { hash, randomBytes } from 'node:crypto'
import { roles, type Role } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import { parseName } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'
import { managedWorkspace } from './workspace.ts'

const secretBytes = 32

export const createKey: UseCase<'createKey'> = async ({ storage }, caller, input) => {
  const secret = makeSecret()
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

/** 256 random bits behind a prefix that secret scanners can look for. */
export function makeSecret(): string {
  return `plm-key_${randomBytes(secretBytes).toString('base64url')}`
}

/** What is stored of a secret. It has 256 random bits, so a plain hash cannot be searched. */
export function hashSecret(secret: string): Sha256 {
  return hash('sha256', secret) as Sha256
}

function parseRole(input: unknown): Role {
  const role = roles.find((known) => known === input)
  if (role === undefined) throw invalid('role', `must be one of ${roles.join(', ')}`)
  return role
}
