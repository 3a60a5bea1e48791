import type { Deleted } from '../api.ts'
import { expectObject } from './json.ts'
import { literal, object, string, type Schema } from './schema.ts'

export interface WireDeletedStore {
  id: string
  type: 'memory_store_deleted'
}

export interface WireDeletedMemory {
  id: string
  type: 'memory_deleted'
}

export function encodeDeletedStore(deleted: Deleted): WireDeletedStore {
  return { id: deleted.id, type: 'memory_store_deleted' }
}

export function encodeDeletedMemory(deleted: Deleted): WireDeletedMemory {
  return { id: deleted.id, type: 'memory_deleted' }
}

export function decodeDeleted(json: unknown): Deleted {
  return { id: (expectObject(json) as WireDeletedMemory | WireDeletedStore).id }
}

export const deletedStoreSchema: Schema = object({
  id: string('The store that was deleted.'),
  type: literal('memory_store_deleted'),
})
export const deletedMemorySchema: Schema = object({
  id: string('The memory that was deleted.'),
  type: literal('memory_deleted'),
})
