import type { SearchHit, SearchInput } from '../../api/search.ts'
import type { Caller } from '../../domain/caller.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import { parseSearchQuery } from '../../domain/memory/search-query.ts'
import { makeCursor, parsePageLimit, readCursor, type Page } from '../../domain/page.ts'
import type { App } from '../app.ts'
import { require } from '../found.ts'
import { storesOf } from './stores-of.ts'

interface Asked {
  readonly caller: Caller
  /** Undefined: every store that the caller reaches. */
  readonly storeId: string | undefined
  readonly input: SearchInput
}

export async function searchWords(
  { storage, cursorKey }: App,
  { caller, storeId, input }: Asked,
): Promise<Page<SearchHit>> {
  const storeIds = storesOf(caller, storeId)
  const query = parseSearchQuery(input.query)
  const prefix = input.pathPrefix ? parsePrefix(input.pathPrefix) : root
  const limit = parsePageLimit(input.limit, false)
  const { workspaceId } = caller
  const { actor, updatedFrom, updatedTo } = input
  const filters = JSON.stringify([query, prefix, actor, updatedFrom, updatedTo])
  const list = ['search', workspaceId, storeId ?? '', filters]
  const after = readCursor(cursorKey, list, input.page)
  const found = await storage.searching.words(
    { workspaceId, storeIds, query, prefix, actor, updatedFrom, updatedTo, limit, after },
    input.signal,
  )
  const { items, next } = require(found, 'memory store')
  return { items, nextPage: next && makeCursor(cursorKey, list, next) }
}
