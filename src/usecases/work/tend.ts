import { DomainError } from '../../domain/errors.ts'
import type { SessionId, WorkspaceId } from '../../domain/ids.ts'
import { isConcerned } from '../../domain/session/decide-work.ts'
import { defaultTtlSeconds } from '../../domain/session/work.ts'
import type { App } from '../app.ts'

/** Environments with this metadata keep their workers warm and let them save when they like. */
export const idleAssistKey = 'idle_assist'

interface Tended {
  readonly workspaceId: WorkspaceId
  readonly sessionId: SessionId
}

/** Looks after the live item of a session: an expired lease, a rest that lasts `graceMs`. */
export async function tend(app: App, tended: Tended, graceMs: number): Promise<void> {
  const { workspaceId, sessionId } = tended
  const { sessions } = app.storage.view
  const session = await sessions.session(workspaceId, sessionId)
  if (session?.liveWorkId === undefined) return
  const { environmentId, liveWorkId: workId } = session
  const item = await sessions.work(environmentId, workId)
  const { workTtlSeconds: ttlSeconds = defaultTtlSeconds } = app
  const when = { now: app.clock(), graceMs, ttlSeconds }
  if (item === undefined || !isConcerned(session, item, when)) return
  const environment = await sessions.environment(workspaceId, environmentId)
  const isOff = environment?.metadata[idleAssistKey] === 'off'
  await app.storage
    .commit({
      type: 'tend_work',
      workspaceId,
      sessionId,
      workId,
      graceMs: isOff ? Number.MAX_SAFE_INTEGER : graceMs,
      ttlSeconds,
    })
    .catch((error: unknown) => {
      // A session that was deleted meanwhile has nothing left to look after.
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error
    })
}
