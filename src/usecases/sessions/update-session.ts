import { parseMetadataPatch } from '../../domain/memory/store.ts'
import { parseTools } from '../../domain/session/parse-agent.ts'
import { titleRule } from '../../domain/session/parse-session.ts'
import { readFields, readTextPatch, refuseUnsupported } from '../../domain/session/read-fields.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { permitSessions, sessionIdOf } from './reach.ts'

export const updateSession: UseCase<'updateSession'> = async ({ storage }, caller, input) => {
  permitSessions(caller, 'write')
  refuseUnsupported(input.budget, 'budget')
  refuseUnsupported(input.vaultIds, 'vault_ids')
  const agent = readFields(input.agent ?? {}, 'agent', ['tools', 'mcpServers'])
  refuseUnsupported(agent['mcpServers'], 'agent.mcp_servers')
  const { tools } = agent
  return storage.commit({
    type: 'update_session',
    workspaceId: caller.workspaceId,
    sessionId: sessionIdOf(input.sessionId),
    title: readTextPatch(input.title, 'title', titleRule),
    metadata: given(input.metadata, parseMetadataPatch),
    tools: tools === undefined ? undefined : parseTools(tools, 'agent.tools'),
  })
}
