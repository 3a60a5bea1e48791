import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { parseAgentId } from './agent-input.ts'

export const archiveAgent: UseCase<'archiveAgent'> = async ({ storage }, caller, input) => {
  permitSessions(caller, 'write')
  const { workspaceId } = caller
  const agentId = parseAgentId(input.agentId)
  return storage.commit({ type: 'archive_agent', workspaceId, agentId })
}
