import { permitStore, provenance } from '../../domain/caller.ts'
import { parseSha256 } from '../../domain/memory/content.ts'
import type { UseCase } from '../app.ts'
import { given, scopeOf } from '../found.ts'

export const deleteMemory: UseCase<'deleteMemory'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'write')
  await storage.commit({
    type: 'delete_memory',
    ...scope,
    target: { memoryId: input.memoryId },
    expected: given(input.expectedSha256, (hash) => parseSha256(hash, 'expected_content_sha256')),
    by: provenance(caller),
  })
  return { id: input.memoryId }
}
