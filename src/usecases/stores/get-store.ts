import { permitStore } from '../../domain/caller.ts'
import { notFound } from '../../domain/errors.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'

export const getStore: UseCase<'getStore'> = async ({ storage }, caller, { storeId }) => {
  const scope = scopeOf(caller, storeId)
  permitStore(caller, scope.storeId, 'read')
  const store = await storage.view.store(scope)
  if (store === undefined) throw notFound('memory store')
  return store
}
