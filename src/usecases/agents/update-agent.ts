import { parseMetadataPatch } from '../../domain/memory/store.ts'
import {
  agentDescriptionRule,
  parseAgentName,
  parseModelPatch,
  parseTools,
  systemRule,
} from '../../domain/session/parse-agent.ts'
import { parseVersion } from '../../domain/session/parse-session.ts'
import { readTextPatch } from '../../domain/session/read-fields.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { permitSessions } from '../sessions/reach.ts'
import { checkModel, parseAgentId, refuseForeignFields } from './agent-input.ts'

export const updateAgent: UseCase<'updateAgent'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  refuseForeignFields(input)
  const model = given(input.model, parseModelPatch)
  if (model !== undefined) checkModel(app, model)
  return app.storage.commit({
    type: 'update_agent',
    workspaceId: caller.workspaceId,
    agentId: parseAgentId(input.agentId),
    version: parseVersion(input.version, 'version'),
    patch: {
      name: given(input.name, parseAgentName),
      model,
      system: readTextPatch(input.system, 'system', systemRule),
      description: readTextPatch(input.description, 'description', agentDescriptionRule),
      tools: input.tools === undefined ? undefined : parseTools(input.tools),
      metadata: given(input.metadata, parseMetadataPatch),
    },
  })
}
