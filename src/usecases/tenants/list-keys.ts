import type { UseCase } from '../app.ts'
import { managedWorkspace } from './workspace.ts'

export const listKeys: UseCase<'listKeys'> = async ({ storage }, caller, input) => {
  return storage.view.keys(managedWorkspace(caller, input))
}
