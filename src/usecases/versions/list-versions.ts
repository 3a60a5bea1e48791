import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { operations, type Operation } from '../../domain/memory/version.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'

export const listVersions: UseCase<'listVersions'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const content = input.view === 'full'
  const limit = parsePageLimit(input.limit, content)
  const list = ['versions', scope.workspaceId, scope.storeId]
  const position = readCursor(app.cursorKey, list, input.page)
  const { sessionId, apiKeyId, serviceAccountId } = input
  const query = {
    memoryId: input.memoryId,
    operation: parseOperation(input.operation),
    actors: [sessionId, apiKeyId, serviceAccountId].filter((actor) => actor !== undefined),
    createdFrom: input.createdFrom,
    createdTo: input.createdTo,
    beforeSeq: position === undefined ? undefined : Number(position),
    limit: limit + 1,
    content,
  }
  const found = require(await app.storage.view.versions(scope, query), 'memory store')
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const nextPage =
    found.length > limit && last ? makeCursor(app.cursorKey, list, String(last.seq)) : undefined
  return { items, nextPage }
}

function parseOperation(input: string | undefined): Operation | undefined {
  if (input === undefined) return undefined
  const operation = operations.find((known) => known === input)
  if (operation === undefined) throw invalid('operation', `must be one of ${operations.join(', ')}`)
  return operation
}
