import { permitStore } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'

export const getMemory: UseCase<'getMemory'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const content = input.view !== 'basic'
  return require(await storage.view.memory(scope, input.memoryId, { content }), 'memory')
}
