import { DomainError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { CreateStore, UpdateStore } from './command.ts'
import { refuse, refuseArchived, type Refused, type StoreFacts } from './decide.ts'
import { mergeMetadata, sameMetadata, type Metadata, type Store } from './store.ts'
import type { StoreId } from '../ids.ts'

/** What creating a store starts from, loaded inside the scope of its workspace. */
export interface CreateStoreFacts {
  /** Stores of the workspace, archived ones included. */
  readonly stores: number
  readonly limits: Limits
  readonly now: number
  readonly id: StoreId
}

export type StoreDecision =
  | Refused
  | { readonly kind: 'unchanged'; readonly answer: Store }
  | { readonly kind: 'changed'; readonly answer: Store }

export function decideCreateStore(facts: CreateStoreFacts, command: CreateStore): StoreDecision {
  const { stores, limits, now, id } = facts
  if (stores >= limits.workspaceStoresMax) {
    return refuse({
      code: 'limit',
      limit: 'memory_stores_exceeded',
      message: `the workspace has ${stores} of at most ${limits.workspaceStoresMax} memory stores (archived ones count)`,
    })
  }
  const { workspaceId, name, description, metadata } = command
  const times = { createdAt: now, updatedAt: now, archivedAt: undefined }
  return { kind: 'changed', answer: { id, workspaceId, name, description, metadata, ...times } }
}

/** An archived store refuses even a patch that changes nothing (U18). */
export function decideUpdateStore(facts: StoreFacts, command: UpdateStore): StoreDecision {
  const archived = refuseArchived(facts)
  if (archived) return archived
  const { store, now } = facts
  const metadata = patched(store.metadata, command)
  if (metadata instanceof DomainError) return refuse(metadata.problem)
  const { name = store.name, description = store.description } = command
  const same =
    name === store.name &&
    description === store.description &&
    sameMetadata(metadata, store.metadata)
  if (same) return { kind: 'unchanged', answer: store }
  return { kind: 'changed', answer: { ...store, name, description, metadata, updatedAt: now } }
}

function patched(current: Metadata, command: UpdateStore): Metadata | DomainError {
  if (command.metadata === undefined) return current
  try {
    return mergeMetadata(current, command.metadata)
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

/** One-way; archiving again keeps the first times (contract §6.6). */
export function decideArchiveStore({ store, now }: StoreFacts): StoreDecision {
  if (store.archivedAt !== undefined) return { kind: 'unchanged', answer: store }
  return { kind: 'changed', answer: { ...store, archivedAt: now, updatedAt: now } }
}
