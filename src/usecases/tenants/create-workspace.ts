import { permitOperator } from '../../domain/caller.ts'
import { parseName } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'

export const createWorkspace: UseCase<'createWorkspace'> = async ({ storage }, caller, input) => {
  permitOperator(caller)
  return storage.commit({ type: 'create_workspace', name: parseName(input.name) })
}
