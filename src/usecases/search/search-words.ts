import type { SearchHit, SearchInput } from '../../api/search.ts'
import type { Caller } from '../../domain/caller.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import { parseSearchQuery } from '../../domain/memory/search-query.ts'
import { parsePageLimit, type Page } from '../../domain/page.ts'
import type { App } from '../app.ts'
import { searchPage } from './search-page.ts'
import { storesOf } from './stores-of.ts'

interface Asked {
  readonly caller: Caller
  /** Undefined: every store that the caller reaches. */
  readonly storeId: string | undefined
  readonly input: SearchInput
}

export async function searchWords(
  app: App,
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
  const wanted = { workspaceId, storeIds, query, prefix, actor, updatedFrom, updatedTo, limit }
  return searchPage(app, { caller, storeId, input, list }, (standing) =>
    app.storage.searching.words({ ...wanted, ...standing }, input.signal),
  )
}
