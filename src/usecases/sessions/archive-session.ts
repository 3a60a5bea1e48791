import type { UseCase } from '../app.ts'
import { permitSessions, sessionIdOf } from './reach.ts'

export const archiveSession: UseCase<'archiveSession'> = async ({ storage }, caller, input) => {
  permitSessions(caller, 'write')
  const sessionId = sessionIdOf(input.sessionId)
  return storage.commit({ type: 'archive_session', workspaceId: caller.workspaceId, sessionId })
}
