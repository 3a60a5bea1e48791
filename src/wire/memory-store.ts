import type { StoreId, WorkspaceId } from '../domain/ids.ts'
import type { Store } from '../domain/memory/store.ts'
import { expectObject } from './json.ts'
import { literal, object, orNull, string, time, type Schema } from './schema.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireStore {
  id: string
  archived_at: string | null
  created_at: string
  description: string
  metadata: Record<string, string>
  name: string
  type: 'memory_store'
  updated_at: string
}

export function encodeStore(store: Store): WireStore {
  return {
    id: store.id,
    archived_at: encodeTimeOrNull(store.archivedAt),
    created_at: encodeTime(store.createdAt),
    description: store.description,
    metadata: store.metadata,
    name: store.name,
    type: 'memory_store',
    updated_at: encodeTime(store.updatedAt),
  }
}

/** @param workspaceId from the answer's header: the body does not name it */
export function decodeStore(json: unknown, workspaceId: string): Store {
  const wire = expectObject(json, 'memory_store') as WireStore
  return {
    id: wire.id as StoreId,
    workspaceId: workspaceId as WorkspaceId,
    name: wire.name,
    description: wire.description,
    metadata: wire.metadata,
    createdAt: decodeTime(wire.created_at),
    updatedAt: decodeTime(wire.updated_at),
    archivedAt: decodeTimeOrUndefined(wire.archived_at),
  }
}

export const storeSchema: Schema = object(
  {
    id: string('`memstore_…`'),
    archived_at: orNull({ ...time, description: 'Null while the store is active.' }),
    created_at: { ...time, description: 'When it was made.' },
    description: string('"" when unset.'),
    metadata: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'At most 16 pairs. Never shown to an agent.',
    },
    name: string('Need not be unique.'),
    type: literal('memory_store'),
    updated_at: {
      ...time,
      description:
        'Advances when name, description or metadata change and on archive, not when memories change.',
    },
  },
  'A store of memories.',
)
