import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { parsePath, type Path } from '../../domain/memory/path.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'
import { momentOf, readableMoment, stillComplete } from './at-moment.ts'

export const getMemoryAsOf: UseCase<'getMemoryAsOf'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const target = oneMemory(input)
  const facts = await readableMoment(app, scope, { input: momentOf(input) })
  const content = input.view !== 'basic'
  const query = { target, seq: facts.moment.seq, content }
  const found = require(await app.storage.view.history.memoryAsOf(scope, query), 'memory')
  stillComplete(facts, found.historyFrom)
  return found.value
}

/** @throws DomainError `invalid` unless exactly one of path and id is given */
export function oneMemory(input: {
  readonly path?: unknown
  readonly memoryId?: string | undefined
}): { readonly path: Path } | { readonly memoryId: string } {
  const { path, memoryId } = input
  if ((path === undefined) === (memoryId === undefined)) {
    throw invalid('path', 'must be given, or memory_id: exactly one of both')
  }
  return memoryId === undefined ? { path: parsePath(path) } : { memoryId }
}
