import { permitStore } from '../../domain/caller.ts'
import { notFound } from '../../domain/errors.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'

export const getUsage: UseCase<'getUsage'> = async ({ storage, limits }, caller, { storeId }) => {
  const scope = scopeOf(caller, storeId)
  permitStore(caller, scope.storeId, 'read')
  const usage = await storage.view.usage(scope)
  if (usage === undefined) throw notFound('memory store')
  return {
    ...usage,
    storeId,
    memoriesMax: limits.storeMemoriesMax,
    contentBytesMax: limits.storeBytesMax,
    versionsMax: limits.storeVersionsMax,
  }
}
