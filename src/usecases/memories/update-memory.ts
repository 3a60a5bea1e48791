import { permitStore, provenance } from '../../domain/caller.ts'
import { parseContent, parseSha256 } from '../../domain/memory/content.ts'
import { memoryOf } from '../../domain/memory/memory.ts'
import { parsePath } from '../../domain/memory/path.ts'
import type { UseCase } from '../app.ts'
import { given, require, scopeOf } from '../found.ts'

export const updateMemory: UseCase<'updateMemory'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'write')
  const content = given(input.content, parseContent)
  const head = await storage.commit({
    type: 'update_memory',
    ...scope,
    target: { memoryId: input.memoryId },
    content,
    path: given(input.path, parsePath),
    expected: given(input.expectedSha256, (hash) =>
      parseSha256(hash, 'precondition.content_sha256'),
    ),
    by: provenance(caller),
  })
  const memory = memoryOf(scope.storeId, head, content?.text)
  if (input.view !== 'full') return { ...memory, content: undefined }
  if (content !== undefined) return memory
  // A version never changes, so this is the content of exactly the state that was written.
  const found = await storage.view.version(scope, memory.versionId, { content: true })
  return { ...memory, content: require(found, 'memory').content }
}
