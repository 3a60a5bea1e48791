import type { UseCase } from '../app.ts'
import { permitSessions, sessionIdOf } from './reach.ts'

export const deleteSession: UseCase<'deleteSession'> = async (
  { storage, sessionFiles },
  caller,
  input,
) => {
  permitSessions(caller, 'write')
  const sessionId = sessionIdOf(input.sessionId)
  const { workspaceId } = caller
  let { isGone } = await storage.commit({ type: 'delete_session', workspaceId, sessionId })
  // Others write between the slices. A server that ends here leaves the rest to the next sweep.
  while (!isGone) ({ isGone } = await storage.commit({ type: 'reap_session', sessionId }))
  await sessionFiles?.remove(sessionId, 'scratch')
  return { id: sessionId }
}
