import { usageAt } from '../../domain/session/log-draft.ts'
import type { UseCase } from '../app.ts'
import { permitSessions, reachSession } from './reach.ts'

export const getSession: UseCase<'getSession'> = async (app, caller, { sessionId }) => {
  permitSessions(caller, 'read')
  const session = await reachSession(app, caller, sessionId)
  return { ...session, usage: usageAt(session, app.clock()) }
}
