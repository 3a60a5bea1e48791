import { assert } from '../../domain/assert.ts'
import type { Door } from '../../domain/caller.ts'
import {
  memoryIdAt,
  versionIdAt,
  type RequestId,
  type StoreId,
  type VersionId,
  type WorkspaceId,
} from '../../domain/ids.ts'
import type { Claim } from '../../domain/memory/claim.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { Head } from '../../domain/memory/memory.ts'
import type { Path } from '../../domain/memory/path.ts'
import type { Metadata, Store, Usage } from '../../domain/memory/store.ts'
import type {
  Change,
  ChangeKind,
  HistoryEntry,
  Operation,
  Version,
} from '../../domain/memory/version.ts'

// Rows as the driver returns them, and the domain values they become. The only place that casts
// rows.

/** How kinds of changes are written in rows; below 3 are versions. Stored: never renumber. */
export const kindNumbers: Record<ChangeKind, number> = {
  created: 0,
  modified: 1,
  deleted: 2,
  redacted: 3,
  store_created: 4,
  store_updated: 5,
  store_archived: 6,
  store_deleted: 7,
}
const kinds = new Map<number, ChangeKind>()
for (const [kind, number] of Object.entries(kindNumbers)) kinds.set(number, kind as ChangeKind)

export interface StoreRow {
  readonly id: string
  readonly workspace_id: string
  readonly name: string
  readonly description: string
  readonly metadata: Metadata
  readonly created_at: number
  readonly updated_at: number
  readonly archived_at: number | null
}

export const storeColumns =
  's.id, s.workspace_id, s.name, s.description, s.metadata, s.created_at, s.updated_at, s.archived_at'

/**
 * The store $1 of the workspace $2. `IS TRUE` hides from the planner that an index by workspace
 * could answer too: the id alone finds the store.
 */
export const visibleStore = 's.id = $1 AND (s.workspace_id = $2 AND s.deleted_at IS NULL) IS TRUE'

export function storeOf(row: StoreRow): Store {
  return {
    id: row.id as StoreId,
    workspaceId: row.workspace_id as WorkspaceId,
    name: row.name,
    description: row.description,
    metadata: row.metadata,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at ?? undefined,
  }
}

export interface CountersRow {
  readonly seq: number
  readonly memories: number
  readonly content_bytes: number
  readonly versions: number
  readonly changed_at: number
  readonly history_from: number
}

export const countersColumns =
  'c.seq, c.memories, c.content_bytes, c.versions, c.changed_at, c.history_from'

export function usageOf(row: CountersRow): Usage {
  return {
    seq: row.seq,
    memories: row.memories,
    contentBytes: row.content_bytes,
    versions: row.versions,
    historyFrom: row.history_from,
  }
}

export interface HeadRow {
  readonly path: string
  readonly first_seq: number
  readonly first_at: number
  readonly head_seq: number
  readonly head_at: number
  readonly sha256: Buffer
  readonly size: number
}

export const headColumns =
  'm.path, m.first_seq, m.first_at, m.head_seq, m.head_at, m.sha256, m.size'

export function headOf(row: HeadRow): Head {
  return {
    firstSeq: row.first_seq,
    headSeq: row.head_seq,
    path: row.path as Path,
    sha256: row.sha256.toString('hex') as Sha256,
    sizeBytes: row.size,
    createdAt: row.first_at,
    updatedAt: row.head_at,
  }
}

/** The content of a version, where it was asked for. */
export interface ContentRow {
  readonly content: Buffer | null
}

/**
 * Decoding as UTF-8 gives back what was encoded: content is checked to be Unicode before it is
 * stored.
 */
export function textOf(row: ContentRow): string | undefined {
  return row.content?.toString('utf8')
}

interface ChangeRow {
  readonly seq: number
  readonly kind: number
  readonly at: number
  readonly first_seq: number | null
  readonly first_at: number | null
  readonly path: string | null
  readonly sha256: Buffer | null
  readonly size: number | null
  readonly actor: string | null
  readonly door: string
  readonly request: string
}

export const changeColumns =
  'v.seq, v.kind, v.at, v.first_seq, v.first_at, v.path, v.sha256, v.size, v.actor, v.door, v.request'

/** What a version and a change of the feed have in common. */
function recordOf(storeId: StoreId, row: ChangeRow) {
  return {
    storeId,
    seq: row.seq,
    door: row.door as Door,
    requestId: row.request as RequestId,
    path: (row.path ?? undefined) as Path | undefined,
    sha256: row.sha256?.toString('hex') as Sha256 | undefined,
    sizeBytes: row.size ?? undefined,
  }
}

export interface VersionRow extends ChangeRow, ContentRow {
  readonly redacted_at: number | null
  readonly redacted_by: string | null
}

export const versionColumns = `${changeColumns}, v.redacted_at, v.redacted_by`

/**
 * Whether v, found by its sequence, is a version. `IS TRUE` hides from the planner that the index
 * of versions by memory could answer too: it would read all of the store's.
 */
export const isVersion = '(v.kind < 3) IS TRUE'

export function versionOf(storeId: StoreId, row: VersionRow): Version {
  const operation = kinds.get(row.kind)
  assert(row.kind < 3 && operation !== undefined, 'a version is created, modified or deleted')
  assert(row.first_seq !== null && row.first_at !== null, 'a version belongs to a memory')
  return {
    ...recordOf(storeId, row),
    id: versionIdAt(storeId, { seq: row.seq, at: row.at }),
    memoryId: memoryIdAt(storeId, { seq: row.first_seq, at: row.first_at }),
    operation: operation as Operation,
    content: textOf(row),
    createdAt: row.at,
    createdBy: row.actor ?? undefined,
    redactedAt: row.redacted_at ?? undefined,
    redactedBy: row.redacted_by ?? undefined,
  }
}

/** A row of the feed: a change, the path before it, and what a redaction redacted. */
export interface FeedRow extends ChangeRow {
  readonly previous_path: string | null
  readonly target_seq: number | null
  readonly target_at: number | null
  readonly claimed: string | null
  readonly reason: string | null
}

export function changeOf(storeId: StoreId, row: FeedRow): Change {
  const kind = kinds.get(row.kind)
  assert(kind !== undefined, 'a change has a known kind')
  const isMove = kind === 'modified' && row.previous_path !== row.path
  const previous = isMove ? (row.previous_path ?? undefined) : undefined
  return {
    ...recordOf(storeId, row),
    kind,
    at: row.at,
    actor: row.actor ?? undefined,
    memoryId:
      row.first_seq === null || row.first_at === null
        ? undefined
        : memoryIdAt(storeId, { seq: row.first_seq, at: row.first_at }),
    versionId: versionIdOf(storeId, row),
    previousPath: previous as Path | undefined,
    reason: row.reason ?? undefined,
    claimed: row.claimed === null ? undefined : (JSON.parse(row.claimed) as Claim),
  }
}

export function entryOf(storeId: StoreId, row: FeedRow & VersionRow): HistoryEntry {
  return {
    ...changeOf(storeId, row),
    content: textOf(row),
    redactedAt: row.redacted_at ?? undefined,
    redactedBy: row.redacted_by ?? undefined,
  }
}

function versionIdOf(storeId: StoreId, row: FeedRow): VersionId | undefined {
  if (row.kind < 3) return versionIdAt(storeId, { seq: row.seq, at: row.at })
  if (row.target_seq === null || row.target_at === null) return undefined
  return versionIdAt(storeId, { seq: row.target_seq, at: row.target_at })
}
