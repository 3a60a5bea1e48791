import type { WorkspaceId } from '../../domain/ids.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { SessionToken } from '../../storage/port/session-reads.ts'
import type { App } from '../app.ts'
import { KnownCredentials, type Principal } from './known-credentials.ts'
import { hashSecret } from './secret.ts'

/** So long a worker may still save its memory after its item was stopped. */
const flushGraceMs = 60_000

type Installation = Pick<App, 'storage' | 'clock'> & { readonly homeWorkspaceId: WorkspaceId }

/** Credentials to principals, by the hash of the secret. */
export function authenticator(
  {
    storage,
    clock = Date.now,
    knownCredentials: known = new KnownCredentials(),
  }: Pick<App, 'storage'> & Partial<Pick<App, 'clock' | 'knownCredentials'>>,
  homeWorkspaceId: WorkspaceId,
): (secret: string) => Promise<Principal | undefined> {
  const installation = { storage, clock, homeWorkspaceId }
  return async (secret) => {
    const secretSha256 = hashSecret(secret)
    const entry = known.get(secretSha256)
    if (entry !== undefined) return entry.principal
    return known.learn(secretSha256, () => lookUp(installation, secretSha256))
  }
}

/** By what is stored, never by how the secret looks or in which header it came. */
async function lookUp(
  installation: Installation,
  secretSha256: Sha256,
): Promise<Principal | undefined> {
  const { storage, homeWorkspaceId } = installation
  const key = await storage.view.keyBySecret(secretSha256)
  if (key !== undefined) {
    if (key.revokedAt !== undefined) return undefined
    const { workspaceId, id: actor, role } = key
    const isOperator = role === 'admin' && workspaceId === homeWorkspaceId
    return { workspaceId, actor, role, isOperator }
  }
  const environmentKey = await storage.view.sessions.environmentKeyBySecret(secretSha256)
  if (environmentKey !== undefined) {
    if (environmentKey.revokedAt !== undefined) return undefined
    const { workspaceId, environmentId, id: actor } = environmentKey
    const worker = { kind: 'environment', environmentId, isStale: false } as const
    return { workspaceId, actor, role: 'read_write', stores: new Map(), worker }
  }
  const token = await storage.view.sessions.token(secretSha256)
  return token && tokenPrincipal(token, secretSha256, installation.clock())
}

/** A replaced token may still hear that it was replaced, and a stopped one save its memory. */
function tokenPrincipal(
  { work, session }: SessionToken,
  tokenSha256: Sha256,
  now: number,
): Principal | undefined {
  const isReplaced = work.tokenSha256 !== tokenSha256
  if (!isReplaced && (work.stoppedAt ?? now) + flushGraceMs < now) return undefined
  const { workspaceId, environmentId, sessionId, id: workId } = work
  const attached = isReplaced ? [] : (session?.stores ?? [])
  return {
    workspaceId,
    actor: sessionId,
    role: 'read_write',
    stores: new Map(attached.map(({ storeId, access }) => [storeId, access])),
    worker: {
      kind: 'session',
      environmentId,
      sessionId,
      workId,
      tokenSha256,
      isStale: isReplaced,
      isStopped: work.state === 'stopped',
    },
  }
}
