import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { StoreId } from '../domain/ids.ts'
import type { AttachedStore } from '../domain/session/session.ts'

/** What became of stores after they were attached; those that are as they were are left out. */
export type RetiredStores = ReadonlyMap<StoreId, 'archived' | 'deleted'>

/** Looks at every store. @param api as the session that they are attached to */
export async function retiredStores(
  api: Pick<Api, 'getStore'>,
  stores: readonly AttachedStore[],
): Promise<RetiredStores> {
  const retired = new Map<StoreId, 'archived' | 'deleted'>()
  for (const { storeId } of stores) {
    try {
      const { archivedAt } = await api.getStore({ storeId })
      if (archivedAt !== undefined) retired.set(storeId, 'archived')
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error
      retired.set(storeId, 'deleted')
    }
  }
  return retired
}
