import type { StoreId, WorkspaceId } from '../../domain/ids.ts'

/** A store as a caller may see it: another workspace's store is not there. */
export interface StoreScope {
  readonly workspaceId: WorkspaceId
  readonly storeId: StoreId
}

/** What is looked for in a store. Which of the two was missing decides what a door says. */
export type Found<Value> =
  | { readonly found: true; readonly value: Value }
  | { readonly found: false; readonly missing: 'store' | 'item' }
