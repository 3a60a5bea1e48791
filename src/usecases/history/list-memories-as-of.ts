import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { MomentInput } from '../../domain/history/moment.ts'
import { isDirectory, type ListItem } from '../../domain/memory/memory.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'
import { momentOf, nameOf, readableMoment, stillComplete } from './at-moment.ts'

export const listMemoriesAsOf: UseCase<'listMemoriesAsOf'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const content = input.view === 'full'
  const limit = parsePageLimit(input.limit, content)
  const prefix = input.pathPrefix ? parsePrefix(input.pathPrefix) : root
  const depth = parseDepth(input.depth)
  const moment = momentOf(input)
  const list = ['as_of', scope.workspaceId, scope.storeId, prefix, String(depth), nameOf(moment)]
  const position = readPosition(readCursor(app.cursorKey, list, input.page))
  // Later pages stay where the first one stood, whatever is written meanwhile.
  const facts = await readableMoment(app, scope, { input: position?.moment ?? moment })
  const { seq } = facts.moment
  const query = { prefix, depth, after: position?.after, limit: limit + 1, content, seq }
  const found = require(await app.storage.view.history.memoriesAsOf(scope, query), 'memory store')
  stillComplete(facts, found.historyFrom)
  const items = found.value.slice(0, limit)
  const last = items.at(-1)
  const hasMore = found.value.length > limit && last !== undefined
  const nextPage = hasMore
    ? makeCursor(app.cursorKey, list, `${seq} ${positionOf(last)}`)
    : undefined
  return { items, nextPage }
}

function parseDepth(depth: number | undefined): 0 | 1 {
  if (depth === undefined || depth === 0) return 0
  if (depth === 1) return 1
  throw invalid('depth', 'must be 0 (everything below) or 1 (direct children)')
}

/** The sequence of the first page, and the last item given out. */
function readPosition(position: string | undefined) {
  if (position === undefined) return undefined
  const space = position.indexOf(' ')
  const moment: MomentInput = { seq: Number(position.slice(0, space)) }
  return { moment, after: position.slice(space + 1) }
}

function positionOf(item: ListItem): string {
  return isDirectory(item) ? item.prefix : item.path
}
