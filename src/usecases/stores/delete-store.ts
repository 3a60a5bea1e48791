import { permit, provenance } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'

export const deleteStore: UseCase<'deleteStore'> = async ({ storage }, caller, { storeId }) => {
  permit(caller, 'admin')
  await storage.commit({
    type: 'delete_store',
    ...scopeOf(caller, storeId),
    by: provenance(caller),
  })
  return { id: storeId }
}
