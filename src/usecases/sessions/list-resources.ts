import type { UseCase } from '../app.ts'
import { permitSessions, reachSession } from './reach.ts'

export const listResources: UseCase<'listResources'> = async (app, caller, { sessionId }) => {
  permitSessions(caller, 'read')
  return (await reachSession(app, caller, sessionId)).stores
}
