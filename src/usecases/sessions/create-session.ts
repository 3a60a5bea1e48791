import { invalid } from '../../domain/errors.ts'
import type { EnvironmentId } from '../../domain/ids.ts'
import { parseMetadata } from '../../domain/memory/store.ts'
import {
  parseAgentWish,
  parseInitialEvents,
  parseResources,
  titleRule,
} from '../../domain/session/parse-session.ts'
import { readText, refuseUnsupported } from '../../domain/session/read-fields.ts'
import type { UseCase } from '../app.ts'
import { given, idOf } from '../found.ts'
import { permitSessions } from './reach.ts'

export const createSession: UseCase<'createSession'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  refuseUnsupported(input.vaultIds, 'vault_ids')
  refuseUnsupported(input.budget, 'budget')
  const { environmentId } = input
  if (typeof environmentId !== 'string') {
    throw invalid('environment_id', 'must be the id of an environment')
  }
  const wish = parseAgentWish(input.agent)
  const stores = parseResources(input.resources)
  const session = {
    title: given(input.title, (text) => readText(text, 'title', titleRule)),
    metadata: parseMetadata(input.metadata ?? {}),
    initialEvents: parseInitialEvents(input.initialEvents, app.clock()),
  }
  for (const { storeId } of stores) idOf(storeId, 'memory store')
  return app.storage.commit({
    type: 'create_session',
    workspaceId: caller.workspaceId,
    ...wish,
    agentId: idOf(wish.agentId, 'agent'),
    environmentId: idOf(environmentId as EnvironmentId, 'environment'),
    stores,
    ...session,
  })
}
