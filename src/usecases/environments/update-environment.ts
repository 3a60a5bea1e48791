import type { EnvironmentId } from '../../domain/ids.ts'
import { parseMetadataPatch } from '../../domain/memory/store.ts'
import {
  environmentDescriptionRule,
  parseEnvironmentName,
  parseKind,
} from '../../domain/session/parse-environment.ts'
import { readOneOf, readTextPatch } from '../../domain/session/read-fields.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { permitSessions } from '../sessions/reach.ts'

export const updateEnvironment: UseCase<'updateEnvironment'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  given(input.scope, (scope) => readOneOf(scope, 'scope', ['organization']))
  return app.storage.commit({
    type: 'update_environment',
    workspaceId: caller.workspaceId,
    environmentId: input.environmentId as EnvironmentId,
    name: given(input.name, parseEnvironmentName),
    description: readTextPatch(input.description, 'description', environmentDescriptionRule),
    kind: given(input.config, parseKind),
    metadata: given(input.metadata, parseMetadataPatch),
  })
}
