import { permitStore } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'

export const getVersion: UseCase<'getVersion'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const content = input.view !== 'basic'
  return require(await storage.view.version(scope, input.versionId, { content }), 'memory version')
}
