import type { Caller } from '../../domain/caller.ts'
import type { WorkspaceId } from '../../domain/ids.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { App } from '../app.ts'
import { hashSecret } from './create-key.ts'

/** Who a credential stands for; with a door and a request id it becomes a caller. */
export type Principal = Omit<Caller, 'door' | 'requestId'>

/** How long an answer is trusted: revocation by any process is seen within it. */
const trustMs = 500
const entriesMax = 10_000

interface Entry {
  readonly principal: Principal | undefined
  readonly until: number
}

/** Credentials to principals, by the hash of the secret; remembers answers for half a second. */
export function authenticator(
  { storage }: Pick<App, 'storage'>,
  homeWorkspaceId: WorkspaceId,
): (secret: string) => Promise<Principal | undefined> {
  const known = new Map<Sha256, Entry>()
  return async (secret) => {
    const secretSha256 = hashSecret(secret)
    // Not the clock of the day: one that jumps back would keep a revoked key alive.
    const now = performance.now()
    const entry = known.get(secretSha256)
    if (entry && entry.until > now) return entry.principal
    const key = await storage.view.keyBySecret(secretSha256)
    const isValid = key !== undefined && key.revokedAt === undefined
    const principal = isValid
      ? {
          workspaceId: key.workspaceId,
          actor: key.id,
          role: key.role,
          isOperator: key.role === 'admin' && key.workspaceId === homeWorkspaceId,
        }
      : undefined
    // Guesses must not grow the memory without bound.
    if (known.size >= entriesMax) known.clear()
    known.set(secretSha256, { principal, until: now + trustMs })
    return principal
  }
}
