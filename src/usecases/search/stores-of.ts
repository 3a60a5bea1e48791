import { permit, permitStore, type Caller } from '../../domain/caller.ts'
import type { StoreId } from '../../domain/ids.ts'

/**
 * The stores that a search goes through: the one that is named, else all that the caller reaches;
 * undefined are all of the workspace.
 * @throws DomainError `forbidden`, `not_found`
 */
export function storesOf(
  caller: Caller,
  storeId: string | undefined,
): readonly StoreId[] | undefined {
  if (storeId === undefined) {
    permit(caller, 'read')
    return caller.stores && [...caller.stores.keys()]
  }
  permitStore(caller, storeId as StoreId, 'read')
  return [storeId as StoreId]
}
