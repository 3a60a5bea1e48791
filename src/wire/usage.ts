import type { UsageReport } from '../api.ts'
import { expectObject } from './json.ts'
import { count, literal, object, string, type Schema } from './schema.ts'

export interface WireUsage {
  content_size_bytes: number
  content_size_bytes_max: number
  history_from: number
  memories: number
  memories_max: number
  memory_store_id: string
  seq: number
  type: 'memory_store_usage'
  versions: number
  versions_max: number
}

export function encodeUsage(usage: UsageReport): WireUsage {
  return {
    content_size_bytes: usage.contentBytes,
    content_size_bytes_max: usage.contentBytesMax,
    history_from: usage.historyFrom,
    memories: usage.memories,
    memories_max: usage.memoriesMax,
    memory_store_id: usage.storeId,
    seq: usage.seq,
    type: 'memory_store_usage',
    versions: usage.versions,
    versions_max: usage.versionsMax,
  }
}

export function decodeUsage(json: unknown): UsageReport {
  const wire = expectObject(json, 'memory_store_usage') as WireUsage
  return {
    storeId: wire.memory_store_id,
    seq: wire.seq,
    memories: wire.memories,
    memoriesMax: wire.memories_max,
    contentBytes: wire.content_size_bytes,
    contentBytesMax: wire.content_size_bytes_max,
    versions: wire.versions,
    versionsMax: wire.versions_max,
    historyFrom: wire.history_from,
  }
}

export const usageSchema: Schema = object(
  {
    content_size_bytes: { ...count, description: 'Bytes of live content.' },
    content_size_bytes_max: { ...count, description: 'How many it may hold.' },
    history_from: { ...count, description: 'History is complete from this sequence on.' },
    memories: { ...count, description: 'Live memories.' },
    memories_max: { ...count, description: 'How many it may hold.' },
    memory_store_id: string('The store that is meant.'),
    seq: { ...count, description: "Sequence of the store's newest change." },
    type: literal('memory_store_usage'),
    versions: { ...count, description: 'Retained versions of live and deleted memories.' },
    versions_max: { ...count, description: 'How many it may hold.' },
  },
  'What a store holds beside the limits that hold for it.',
)
