import { permit, provenance } from '../../domain/caller.ts'
import { parseDescription, parseMetadata, parseName } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'

export const createStore: UseCase<'createStore'> = async ({ storage }, caller, input) => {
  permit(caller, 'write')
  return storage.commit({
    type: 'create_store',
    workspaceId: caller.workspaceId,
    name: parseName(input.name),
    description: parseDescription(input.description ?? ''),
    metadata: parseMetadata(input.metadata ?? {}),
    by: provenance(caller),
  })
}
