import { permit, provenance } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'

export const archiveStore: UseCase<'archiveStore'> = async ({ storage }, caller, { storeId }) => {
  permit(caller, 'write')
  return storage.commit({
    type: 'archive_store',
    ...scopeOf(caller, storeId),
    by: provenance(caller),
  })
}
