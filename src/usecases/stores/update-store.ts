import { permit, provenance } from '../../domain/caller.ts'
import { parseDescription, parseMetadataPatch, parseName } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'
import { given, scopeOf } from '../found.ts'

export const updateStore: UseCase<'updateStore'> = async ({ storage }, caller, input) => {
  permit(caller, 'write')
  return storage.commit({
    type: 'update_store',
    ...scopeOf(caller, input.storeId),
    name: given(input.name, parseName),
    description: given(input.description, parseDescription),
    metadata: given(input.metadata, parseMetadataPatch),
    by: provenance(caller),
  })
}
