import type { UseCase } from '../app.ts'
import { permitSessions, sessionIdOf } from './reach.ts'

export const deleteSession: UseCase<'deleteSession'> = async ({ storage }, caller, input) => {
  permitSessions(caller, 'write')
  const sessionId = sessionIdOf(input.sessionId)
  await storage.commit({ type: 'delete_session', workspaceId: caller.workspaceId, sessionId })
  return { id: sessionId }
}
