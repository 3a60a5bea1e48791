import { parseMetadata } from '../../domain/memory/store.ts'
import {
  agentDescriptionRule,
  parseAgentName,
  parseModel,
  parseTools,
  systemRule,
} from '../../domain/session/parse-agent.ts'
import { readText } from '../../domain/session/read-fields.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { permitSessions } from '../sessions/reach.ts'
import { checkModel, refuseForeignFields } from './agent-input.ts'

export const createAgent: UseCase<'createAgent'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  refuseForeignFields(input)
  const model = parseModel(input.model)
  checkModel(app, model)
  return app.storage.commit({
    type: 'create_agent',
    workspaceId: caller.workspaceId,
    name: parseAgentName(input.name),
    model,
    system: given(input.system, (text) => readText(text, 'system', systemRule)),
    description: given(input.description, (text) =>
      readText(text, 'description', agentDescriptionRule),
    ),
    tools: parseTools(input.tools),
    metadata: parseMetadata(input.metadata ?? {}),
  })
}
