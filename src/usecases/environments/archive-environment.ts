import type { EnvironmentId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'

export const archiveEnvironment: UseCase<'archiveEnvironment'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  return app.storage.commit({
    type: 'archive_environment',
    workspaceId: caller.workspaceId,
    environmentId: input.environmentId as EnvironmentId,
  })
}
