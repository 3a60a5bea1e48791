import type { ChangePage } from '../api.ts'
import { doors, type Door } from '../domain/caller.ts'
import type { MemoryId, RequestId, StoreId, VersionId } from '../domain/ids.ts'
import type { Sha256 } from '../domain/memory/content.ts'
import type { Path } from '../domain/memory/path.ts'
import { changeKinds, type Change, type ChangeKind } from '../domain/memory/version.ts'
import { claimSchema, decodeClaim, encodeClaim, type WireClaim } from './claim.ts'
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
import { decodeTime, encodeTime } from './timestamp.ts'

export interface WireChange {
  seq: number
  kind: ChangeKind
  type: 'memory_store_change'
  content_sha256: string | null
  content_size_bytes: number | null
  created_at: string
  created_by: WireActor | null
  door: Door
  memory_id: string | null
  memory_store_id: string
  memory_version_id: string | null
  path: string | null
  previous_path: string | null
  request_id: string
  /** Only of a redaction that was given one. */
  reason?: string
  /** Only of what was brought in. */
  claimed?: WireClaim
}

export interface WireChangePage {
  data: WireChange[]
  seq: number
}

export function encodeChange(change: Change): WireChange {
  return {
    seq: change.seq,
    kind: change.kind,
    type: 'memory_store_change',
    content_sha256: change.sha256 ?? null,
    content_size_bytes: change.sizeBytes ?? null,
    created_at: encodeTime(change.at),
    created_by: encodeActor(change.actor),
    door: change.door,
    memory_id: change.memoryId ?? null,
    memory_store_id: change.storeId,
    memory_version_id: change.versionId ?? null,
    path: change.path ?? null,
    previous_path: change.previousPath ?? null,
    request_id: change.requestId,
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    ...(change.claimed === undefined ? {} : { claimed: encodeClaim(change.claimed) }),
  }
}

export function decodeChange(json: unknown): Change {
  const wire = expectObject(json, 'memory_store_change') as WireChange
  return {
    storeId: wire.memory_store_id as StoreId,
    seq: wire.seq,
    kind: wire.kind,
    at: decodeTime(wire.created_at),
    actor: decodeActor(wire.created_by),
    door: wire.door,
    requestId: wire.request_id as RequestId,
    memoryId: (wire.memory_id ?? undefined) as MemoryId | undefined,
    versionId: (wire.memory_version_id ?? undefined) as VersionId | undefined,
    path: (wire.path ?? undefined) as Path | undefined,
    previousPath: (wire.previous_path ?? undefined) as Path | undefined,
    sha256: (wire.content_sha256 ?? undefined) as Sha256 | undefined,
    sizeBytes: wire.content_size_bytes ?? undefined,
    ...(wire.reason === undefined ? {} : { reason: wire.reason }),
    ...(wire.claimed === undefined ? {} : { claimed: decodeClaim(wire.claimed) }),
  }
}

export function encodeChangePage(page: ChangePage): WireChangePage {
  return { data: page.changes.map(encodeChange), seq: page.seq }
}

export function decodeChangePage(json: unknown): ChangePage {
  const wire = expectObject(json) as WireChangePage
  return { changes: wire.data.map(decodeChange), seq: wire.seq }
}

const occasional: Readonly<Record<string, Schema>> = {
  reason: string('Why it was redacted; only of a redaction that was given a reason.'),
  claimed: claimSchema,
}

export const changeFields = {
  seq: { ...count, description: "Its place among the store's changes, in commit order." },
  kind: { type: 'string', enum: changeKinds, description: 'What happened.' },
  type: literal('memory_store_change'),
  content_sha256: orNull(sha256Schema),
  content_size_bytes: orNull({ ...count, description: 'Length of the content in bytes.' }),
  created_at: { ...time, description: 'When it was committed.' },
  created_by: { oneOf: [ref('Actor'), { type: 'null' }], description: 'Who made it.' },
  door: { type: 'string', enum: doors, description: 'The way in that the change came.' },
  memory_id: orNull({ type: 'string', description: 'Null for changes of the store itself.' }),
  memory_store_id: string('The store it is in.'),
  memory_version_id: orNull({
    type: 'string',
    description: 'The version that the change is, or that it redacted.',
  }),
  path: orNull({
    type: 'string',
    description: 'Path after the change; null for what was redacted since.',
  }),
  previous_path: orNull({ type: 'string', description: 'Where the change moved it from.' }),
  request_id: string('The `request-id` of the answer to whoever made it.'),
} satisfies Readonly<Record<string, Schema>>

export const changeSchema: Schema = withOccasional(
  object(changeFields, "One entry of a store's change feed."),
)

/** Fields that only some changes have: what was brought in has a claim, redactions a reason. */
export function withOccasional(schema: Schema): Schema {
  return { ...schema, properties: { ...schema.properties, ...occasional } }
}

export const changePageSchema: Schema = object({
  data: { type: 'array', items: ref('Change'), description: 'In commit order.' },
  seq: { ...count, description: 'Hand it back as `after` to go on.' },
})
