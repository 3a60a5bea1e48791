import type { MemoryId, StoreId, VersionId } from '../domain/ids.ts'
import type { Sha256 } from '../domain/memory/content.ts'
import { isDirectory, type ListItem, type Memory } from '../domain/memory/memory.ts'
import type { Path, Prefix } from '../domain/memory/path.ts'
import { expectObject } from './json.ts'
import {
  count,
  literal,
  object,
  orNull,
  ref,
  sha256Schema,
  string,
  time,
  type Schema,
} from './schema.ts'
import { decodeTime, encodeTime } from './timestamp.ts'

export interface WireMemory {
  id: string
  content_sha256: string
  content_size_bytes: number
  created_at: string
  memory_store_id: string
  memory_version_id: string
  path: string
  type: 'memory'
  updated_at: string
  content: string | null
}

/** A directory in a listing of depth 1. */
export interface WirePrefix {
  path: string
  type: 'memory_prefix'
}

export type WireListItem = WireMemory | WirePrefix

export function encodeMemory(memory: Memory): WireMemory {
  return {
    id: memory.id,
    content_sha256: memory.sha256,
    content_size_bytes: memory.sizeBytes,
    created_at: encodeTime(memory.createdAt),
    memory_store_id: memory.storeId,
    memory_version_id: memory.versionId,
    path: memory.path,
    type: 'memory',
    updated_at: encodeTime(memory.updatedAt),
    content: memory.content ?? null,
  }
}

export function decodeMemory(json: unknown): Memory {
  const wire = expectObject(json, 'memory') as WireMemory
  return {
    id: wire.id as MemoryId,
    storeId: wire.memory_store_id as StoreId,
    path: wire.path as Path,
    versionId: wire.memory_version_id as VersionId,
    sha256: wire.content_sha256 as Sha256,
    sizeBytes: wire.content_size_bytes,
    createdAt: decodeTime(wire.created_at),
    updatedAt: decodeTime(wire.updated_at),
    content: wire.content ?? undefined,
  }
}

export function encodeListItem(item: ListItem): WireListItem {
  return isDirectory(item) ? { path: item.prefix, type: 'memory_prefix' } : encodeMemory(item)
}

export function decodeListItem(json: unknown): ListItem {
  const wire = expectObject(json) as WireListItem
  return wire.type === 'memory_prefix' ? { prefix: wire.path as Prefix } : decodeMemory(wire)
}

/** What a request may give as a path. */
export const pathSchema = {
  type: 'string',
  description:
    'Starts with "/"; 1 to 20 segments, at most 1,024 bytes, Unicode NFC, no control or format characters.',
} as const satisfies Schema

/** What a request may give as content. */
export const contentSchema = {
  type: 'string',
  description: 'At most 102,400 bytes of UTF-8; kept byte for byte. "" makes an empty memory.',
} as const satisfies Schema

export const memorySchema: Schema = object(
  {
    id: string('`mem_…`, stable across renames.'),
    content_sha256: sha256Schema,
    content_size_bytes: { ...count, description: 'Length of the content in bytes of UTF-8.' },
    created_at: { ...time, description: 'When it was made.' },
    memory_store_id: string('The store it is in.'),
    memory_version_id: string('The version that is its current state.'),
    path: string('Where it is now.'),
    type: literal('memory'),
    updated_at: { ...time, description: 'When content or path last changed.' },
    content: orNull({ type: 'string', description: 'Null with `view=basic`.' }),
  },
  'A text document at a path of a store.',
)

export const prefixSchema: Schema = object(
  { path: string('Ends with "/".'), type: literal('memory_prefix') },
  'A directory: at least one memory lives below it. Only listings of depth 1 have them.',
)

export const listItemSchema: Schema = {
  oneOf: [ref('Memory'), ref('MemoryPrefix')],
}
