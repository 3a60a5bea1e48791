import { notFound } from '../../domain/errors.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { parseAgentId } from './agent-input.ts'

export const listAgentVersions: UseCase<'listAgentVersions'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const { sessions } = app.storage.view
  const agent = await sessions.agent(caller.workspaceId, parseAgentId(input.agentId))
  if (agent === undefined) throw notFound('agent')
  const limit = parsePageLimit(input.limit, false)
  const list = ['agent versions', agent.id]
  const position = readCursor(app.cursorKey, list, input.page)
  const before = position === undefined ? agent.version + 1 : Number(position)
  const found = await sessions.agentVersions(agent.id, before, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const isCut = found.length > limit && last !== undefined
  const nextPage = isCut ? makeCursor(app.cursorKey, list, String(last.version)) : undefined
  return { items, nextPage }
}
