import { parseMetadata } from '../../domain/memory/store.ts'
import {
  environmentDescriptionRule,
  parseEnvironmentName,
  parseKind,
} from '../../domain/session/parse-environment.ts'
import { readOneOf, readText } from '../../domain/session/read-fields.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { permitSessions } from '../sessions/reach.ts'

export const createEnvironment: UseCase<'createEnvironment'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  given(input.scope, (scope) => readOneOf(scope, 'scope', ['organization']))
  return app.storage.commit({
    type: 'create_environment',
    workspaceId: caller.workspaceId,
    name: parseEnvironmentName(input.name),
    description: given(input.description, (text) =>
      readText(text, 'description', environmentDescriptionRule),
    ),
    kind: parseKind(input.config),
    metadata: parseMetadata(input.metadata ?? {}),
  })
}
