import { permit } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { reachEnvironment } from '../sessions/reach.ts'

export const listEnvironmentKeys: UseCase<'listEnvironmentKeys'> = async (app, caller, input) => {
  permit(caller, 'admin')
  const { id } = await reachEnvironment(app, caller, input.environmentId)
  return app.storage.view.sessions.environmentKeys(id)
}
