import { permitOperator } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'

export const listWorkspaces: UseCase<'listWorkspaces'> = async ({ storage }, caller) => {
  permitOperator(caller)
  return storage.view.workspaces()
}
