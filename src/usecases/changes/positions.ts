import type { StorePosition } from '../../api.ts'
import { permitStore, type Caller } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import { scopeOf } from '../found.ts'
import { parseAfter } from './feed.ts'

const storesMax = 100

/** A store of a feed over several, and how far the feed has come in it. */
export interface Place {
  readonly scope: StoreScope
  after: number
}

/** @throws DomainError `invalid`, `forbidden`, `not_found` for a store that is not the caller's */
export function parsePositions(caller: Caller, stores: readonly StorePosition[]): Place[] {
  if (stores.length < 1 || stores.length > storesMax) {
    throw invalid('store', `must be given 1 to ${storesMax} times`)
  }
  if (new Set(stores.map(({ storeId }) => storeId)).size < stores.length) {
    throw invalid('store', 'must not name a store twice')
  }
  return stores.map((position) => {
    const scope = scopeOf(caller, position.storeId)
    permitStore(caller, scope.storeId, 'read')
    return { scope, after: parseAfter(position.after) }
  })
}
