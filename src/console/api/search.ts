import type { WirePage } from '../../wire/page.ts'
import type { WireSearchHit } from '../../wire/search.ts'
import { request } from './request.ts'
import { ownAddress } from './stores.ts'

const hitsPerPage = 20

/** Texts that have the words, in one store or in all, what changed last first. */
export const searchTexts = (
  { storeId, query }: { readonly storeId: string | undefined; readonly query: string },
  paged: { readonly page: string | undefined; readonly signal: AbortSignal },
) =>
  request<WirePage<WireSearchHit>>(
    'GET',
    storeId === undefined ? '/palimpsest/v1/search' : `${ownAddress(storeId)}/search`,
    { query: { query, limit: hitsPerPage, page: paged.page }, signal: paged.signal },
  )
