import { permitStore, provenance } from '../../domain/caller.ts'
import { parseContent } from '../../domain/memory/content.ts'
import { memoryOf } from '../../domain/memory/memory.ts'
import { parsePath } from '../../domain/memory/path.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'

export const createMemory: UseCase<'createMemory'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'write')
  const path = parsePath(input.path)
  const content = parseContent(input.content)
  const head = await storage.commit({
    type: 'create_memory',
    ...scope,
    path,
    content,
    by: provenance(caller),
  })
  return memoryOf(scope.storeId, head, input.view === 'full' ? content.text : undefined)
}
