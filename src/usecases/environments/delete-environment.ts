import type { EnvironmentId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'

export const deleteEnvironment: UseCase<'deleteEnvironment'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const environmentId = input.environmentId as EnvironmentId
  await app.storage.commit({
    type: 'delete_environment',
    workspaceId: caller.workspaceId,
    environmentId,
    force: input.force ?? false,
  })
  return { id: environmentId }
}
