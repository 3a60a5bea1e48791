import type { ThreadInput } from '../../api/sessions.ts'
import type { Caller } from '../../domain/caller.ts'
import { notFound } from '../../domain/errors.ts'
import { threadIdOf } from '../../domain/ids.ts'
import type { Session } from '../../domain/session/session.ts'
import type { App } from '../app.ts'
import { reachSession } from './reach.ts'

/** @throws DomainError `not_found` unless it is the one thread of the session */
export async function reachThread(
  app: App,
  caller: Caller,
  { sessionId, threadId }: ThreadInput,
): Promise<Session> {
  const session = await reachSession(app, caller, sessionId)
  if (threadIdOf(session.id) !== threadId) throw notFound('thread')
  return session
}
