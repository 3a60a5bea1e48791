import {
  parseVersionId,
  type MemoryId,
  type RequestId,
  type StoreId,
  type VersionId,
} from '../domain/ids.ts'
import type { Sha256 } from '../domain/memory/content.ts'
import type { Path } from '../domain/memory/path.ts'
import { operations, type Operation, type Version } from '../domain/memory/version.ts'
import { decodeActor, encodeActor, type WireActor } from './actor.ts'
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
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireVersion {
  id: string
  created_at: string
  memory_id: string
  memory_store_id: string
  operation: Operation
  type: 'memory_version'
  content: string | null
  content_sha256: string | null
  content_size_bytes: number | null
  created_by: WireActor | null
  path: string | null
  redacted_at: string | null
  redacted_by: WireActor | null
}

export function encodeVersion(version: Version): WireVersion {
  return {
    id: version.id,
    created_at: encodeTime(version.createdAt),
    memory_id: version.memoryId,
    memory_store_id: version.storeId,
    operation: version.operation,
    type: 'memory_version',
    content: version.content ?? null,
    content_sha256: version.sha256 ?? null,
    content_size_bytes: version.sizeBytes ?? null,
    created_by: encodeActor(version.createdBy),
    path: version.path ?? null,
    redacted_at: encodeTimeOrNull(version.redactedAt),
    redacted_by: encodeActor(version.redactedBy),
  }
}

/**
 * The wire does not carry door and request id: they come back as `http` and "". The sequence is
 * read from the id, 0 when another kind of server made it.
 */
export function decodeVersion(json: unknown): Version {
  const wire = expectObject(json, 'memory_version') as WireVersion
  const storeId = wire.memory_store_id as StoreId
  return {
    id: wire.id as VersionId,
    storeId,
    memoryId: wire.memory_id as MemoryId,
    seq: parseVersionId(storeId, wire.id)?.seq ?? 0,
    operation: wire.operation,
    path: (wire.path ?? undefined) as Path | undefined,
    sha256: (wire.content_sha256 ?? undefined) as Sha256 | undefined,
    sizeBytes: wire.content_size_bytes ?? undefined,
    content: wire.content ?? undefined,
    createdAt: decodeTime(wire.created_at),
    createdBy: decodeActor(wire.created_by),
    door: 'http',
    requestId: '' as RequestId,
    redactedAt: decodeTimeOrUndefined(wire.redacted_at),
    redactedBy: decodeActor(wire.redacted_by),
  }
}

const actorOrNull: Schema = { oneOf: [ref('Actor'), { type: 'null' }] }

export const versionSchema: Schema = object(
  {
    id: string('`memver_…`'),
    created_at: { ...time, description: 'When the write was committed.' },
    memory_id: string('Stays valid after the memory is deleted.'),
    memory_store_id: string('The store it is in.'),
    operation: { type: 'string', enum: operations, description: 'What the write did.' },
    type: literal('memory_version'),
    content: orNull({
      type: 'string',
      description: 'Null with `view=basic`, when the operation is `deleted`, and when redacted.',
    }),
    content_sha256: orNull(sha256Schema),
    content_size_bytes: orNull({ ...count, description: 'Length of the content in bytes.' }),
    created_by: { ...actorOrNull, description: 'Who wrote it.' },
    path: orNull({ type: 'string', description: 'Path after this write; null when redacted.' }),
    redacted_at: orNull({ ...time, description: 'Null while it is not redacted.' }),
    redacted_by: { ...actorOrNull, description: 'Who redacted it.' },
  },
  'One immutable state of a memory.',
)
