import { permit, type Caller, type Capability } from '../../domain/caller.ts'
import { DomainError, forbidden } from '../../domain/errors.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { Environment } from '../../domain/session/environment.ts'
import { sessionNotFound, type Session } from '../../domain/session/session.ts'
import type { App } from '../app.ts'

/** API keys by their role; workers by what their credential reaches, which `bind` has asked. */
export function permitSessions(caller: Caller, needs: Capability): void {
  if (caller.worker !== undefined) return
  if (caller.stores !== undefined) throw forbidden('a session may not do this')
  permit(caller, needs)
}

/** Older clients spell the prefix of sessions in full. */
export function sessionIdOf(input: string): SessionId {
  return input.replace(/^session_/, 'sesn_') as SessionId
}

/**
 * A session that the caller may see. To a worker others look as if they did not exist.
 * @throws DomainError `not_found`
 */
export async function reachSession(
  { storage }: App,
  caller: Caller,
  sessionId: string,
): Promise<Session> {
  const id = sessionIdOf(sessionId)
  const session = await storage.view.sessions.session(caller.workspaceId, id)
  if (session === undefined || !isTheirs(caller, session)) throw new DomainError(sessionNotFound)
  return session
}

function isTheirs({ worker }: Caller, session: Session): boolean {
  if (worker === undefined) return true
  if (worker.kind === 'session') return session.id === worker.sessionId
  return session.environmentId === worker.environmentId
}

/** @throws DomainError `not_found`, `forbidden` for a worker of another environment */
export async function reachEnvironment(
  { storage }: App,
  { workspaceId, worker }: Caller,
  environmentId: string,
): Promise<Environment> {
  if (worker !== undefined && worker.environmentId !== environmentId) {
    throw forbidden('the credential belongs to another environment')
  }
  const environment = await storage.view.sessions.environment(workspaceId, environmentId)
  if (environment !== undefined) return environment
  const message = `Environment ${environmentId} not found.`
  throw new DomainError({ code: 'not_found', message })
}
