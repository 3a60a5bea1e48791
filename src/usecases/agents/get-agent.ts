import { notFound } from '../../domain/errors.ts'
import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { parseAgentId } from './agent-input.ts'

export const getAgent: UseCase<'getAgent'> = async ({ storage }, caller, input) => {
  permitSessions(caller, 'read')
  const id = parseAgentId(input.agentId)
  const agent = await storage.view.sessions.agent(caller.workspaceId, id, input.version)
  if (agent === undefined) throw notFound('agent')
  return agent
}
