import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { isDirectory, type ListItem } from '../../domain/memory/memory.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'

export const listMemories: UseCase<'listMemories'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const content = input.view === 'full'
  const limit = parsePageLimit(input.limit, content)
  const prefix = input.pathPrefix ? parsePrefix(input.pathPrefix) : root
  const depth = parseDepth(input.depth)
  const list = ['memories', scope.workspaceId, scope.storeId, prefix, String(depth)]
  const after = readCursor(app.cursorKey, list, input.page)
  const query = { prefix, depth, after, limit: limit + 1, content }
  const found = require(await app.storage.view.memories(scope, query), 'memory store')
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const nextPage =
    found.length > limit && last ? makeCursor(app.cursorKey, list, positionOf(last)) : undefined
  return { items, nextPage }
}

function parseDepth(depth: number | undefined): 0 | 1 {
  if (depth === undefined || depth === 0) return 0
  if (depth === 1) return 1
  throw invalid('depth', 'must be 0 (everything below) or 1 (direct children)')
}

function positionOf(item: ListItem): string {
  return isDirectory(item) ? item.prefix : item.path
}
