import type { ListLogInput } from '../../api/history.ts'
import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { parsePath, parsePrefix, root } from '../../domain/memory/path.ts'
import { changeKinds, type ChangeKind } from '../../domain/memory/version.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'
import { given, require, scopeOf } from '../found.ts'

export const listLog: UseCase<'listLog'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const limit = parsePageLimit(input.limit, false)
  const list = ['log', scope.workspaceId, scope.storeId]
  const position = readCursor(app.cursorKey, list, input.page)
  const query = {
    ...filtersOf(input),
    beforeSeq: position === undefined ? undefined : Number(position),
    limit: limit + 1,
  }
  const found = require(await app.storage.view.history.log(scope, query), 'memory store')
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const nextPage =
    found.length > limit && last ? makeCursor(app.cursorKey, list, String(last.seq)) : undefined
  return { items, nextPage }
}

function filtersOf(input: ListLogInput) {
  const { actor, sessionId, apiKeyId, memoryId, createdFrom, createdTo } = input
  return {
    path: given(input.path, (path) => parsePath(path)),
    prefix: input.pathPrefix ? parsePrefix(input.pathPrefix) : root,
    memoryId,
    actors: [actor, sessionId, apiKeyId].filter((one) => one !== undefined),
    kinds: (input.operations ?? []).map(parseKind),
    createdFrom,
    createdTo,
  }
}

/** The end of a store is told by the feed and never read back. */
const kinds = changeKinds.filter((kind) => kind !== 'store_deleted')

function parseKind(input: string): ChangeKind {
  const kind = kinds.find((known) => known === input)
  if (kind === undefined) throw invalid('operations[]', `must be one of ${kinds.join(', ')}`)
  return kind
}
