import type { LogEntry } from '../api/history.ts'
import type { VersionId } from '../domain/ids.ts'
import {
  changeFields,
  decodeChange,
  encodeChange,
  withOccasional,
  type WireChange,
} from './change.ts'
import { expectObject } from './json.ts'
import { object, orNull, type Schema } from './schema.ts'

export interface WireLogEntry extends WireChange {
  previous_version_id: string | null
}

export function encodeLogEntry(entry: LogEntry): WireLogEntry {
  return { ...encodeChange(entry), previous_version_id: entry.previousVersionId ?? null }
}

export function decodeLogEntry(json: unknown): LogEntry {
  const wire = expectObject(json, 'memory_store_change') as WireLogEntry
  const previousVersionId = (wire.previous_version_id ?? undefined) as VersionId | undefined
  return { ...decodeChange(wire), previousVersionId }
}

export const logEntrySchema: Schema = withOccasional(
  object(
    {
      ...changeFields,
      previous_version_id: orNull({
        type: 'string',
        description: 'The version of the memory before it; null for its first, and where not kept.',
      }),
    },
    'A change, and the version that it came after.',
  ),
)
