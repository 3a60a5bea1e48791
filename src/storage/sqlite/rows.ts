import { doors, type Door } from '../../domain/caller.ts'
import {
  memoryIdAt,
  versionIdAt,
  type RequestId,
  type StoreId,
  type WorkspaceId,
} from '../../domain/ids.ts'
import type { Claim } from '../../domain/memory/claim.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { Head } from '../../domain/memory/memory.ts'
import type { Path } from '../../domain/memory/path.ts'
import type { Store, Usage } from '../../domain/memory/store.ts'
import {
  changeKinds,
  operations,
  type Change,
  type ChangeKind,
  type HistoryEntry,
  type Version,
} from '../../domain/memory/version.ts'
import { assert } from '../../domain/assert.ts'

// Rows as SQLite returns them, and the domain values they become. The only place that casts rows.

export interface StoreRow {
  readonly sid: number
  readonly id: string
  readonly workspace_id: string
  readonly name: string
  readonly description: string
  readonly metadata: string
  readonly created_at: number
  readonly updated_at: number
  readonly archived_at: number | null
}

export const storeColumns =
  'sid, id, workspace_id, name, description, metadata, created_at, updated_at, archived_at'

export function storeOf(row: StoreRow): Store {
  return {
    id: row.id as StoreId,
    workspaceId: row.workspace_id as WorkspaceId,
    name: row.name,
    description: row.description,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at ?? undefined,
  }
}

export interface TallyRow {
  readonly seq: number
  readonly memories: number
  readonly bytes: number
  readonly versions: number
  readonly changed_at: number
  readonly history_from: number
}

export const tallyColumns = 'seq, memories, bytes, versions, changed_at, history_from'

export function usageOf(row: TallyRow): Usage {
  return {
    seq: row.seq,
    memories: row.memories,
    contentBytes: row.bytes,
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
  readonly sha256: Uint8Array
  readonly size: number
}

export const headColumns = 'path, first_seq, first_at, head_seq, head_at, sha256, size'

export function headOf(row: HeadRow): Head {
  return {
    firstSeq: row.first_seq,
    headSeq: row.head_seq,
    path: row.path as Path,
    sha256: hexOf(row.sha256),
    sizeBytes: row.size,
    createdAt: row.first_at,
    updatedAt: row.head_at,
  }
}

export interface ChangeRow {
  readonly seq: number
  readonly kind: number
  readonly at: number
  readonly first_seq: number | null
  readonly first_at: number | null
  readonly path: string | null
  readonly sha256: Uint8Array | null
  readonly size: number | null
  readonly actor: string | null
  readonly door: number
  readonly request: string
  readonly redacted_at: number | null
  readonly redacted_by: string | null
  readonly target_seq: number | null
}

export const changeColumns =
  'seq, kind, at, first_seq, first_at, path, sha256, size, actor, door, request, redacted_at, redacted_by, target_seq'

/** The columns of a table alias. */
export function of(alias: string, columns: string): string {
  return columns
    .split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ')
}

export function versionOf(storeId: StoreId, row: ChangeRow, content?: string): Version {
  const operation = operations[row.kind]
  assert(
    operation !== undefined && row.first_seq !== null && row.first_at !== null,
    'a version row',
  )
  return {
    id: versionIdAt(storeId, { seq: row.seq, at: row.at }),
    storeId,
    memoryId: memoryIdAt(storeId, { seq: row.first_seq, at: row.first_at }),
    seq: row.seq,
    operation,
    path: (row.path ?? undefined) as Path | undefined,
    sha256: row.sha256 === null ? undefined : hexOf(row.sha256),
    sizeBytes: row.size ?? undefined,
    content,
    createdAt: row.at,
    createdBy: row.actor ?? undefined,
    door: doorOf(row.door),
    requestId: row.request as RequestId,
    redactedAt: row.redacted_at ?? undefined,
    redactedBy: row.redacted_by ?? undefined,
  }
}

/** A row of the feed: a change, the path before it, and for a redaction the time of its target. */
export interface FeedRow extends ChangeRow {
  readonly previous_path: string | null
  readonly target_at: number | null
  readonly claimed: string | null
  readonly reason: string | null
}

export function changeOf(storeId: StoreId, row: FeedRow): Change {
  const kind = changeKinds[row.kind]
  assert(kind !== undefined, 'a known kind of change')
  const isMove = kind === 'modified' && row.previous_path !== row.path
  const previous = isMove ? (row.previous_path ?? undefined) : undefined
  return {
    storeId,
    seq: row.seq,
    kind,
    at: row.at,
    actor: row.actor ?? undefined,
    door: doorOf(row.door),
    requestId: row.request as RequestId,
    memoryId:
      row.first_seq === null || row.first_at === null
        ? undefined
        : memoryIdAt(storeId, { seq: row.first_seq, at: row.first_at }),
    versionId: versionIdOf(storeId, row),
    path: (row.path ?? undefined) as Path | undefined,
    previousPath: previous as Path | undefined,
    sha256: row.sha256 === null ? undefined : hexOf(row.sha256),
    sizeBytes: row.size ?? undefined,
    reason: row.reason ?? undefined,
    claimed: row.claimed === null ? undefined : (JSON.parse(row.claimed) as Claim),
  }
}

export function entryOf(storeId: StoreId, row: FeedRow, content?: string): HistoryEntry {
  return {
    ...changeOf(storeId, row),
    content,
    redactedAt: row.redacted_at ?? undefined,
    redactedBy: row.redacted_by ?? undefined,
  }
}

function versionIdOf(storeId: StoreId, row: FeedRow) {
  if (row.kind < operations.length) return versionIdAt(storeId, { seq: row.seq, at: row.at })
  if (row.target_seq === null || row.target_at === null) return undefined
  return versionIdAt(storeId, { seq: row.target_seq, at: row.target_at })
}

export function kindNumber(kind: ChangeKind): number {
  return changeKinds.indexOf(kind)
}

export function doorNumber(door: Door): number {
  return doors.indexOf(door)
}

function doorOf(number: number): Door {
  const door = doors[number]
  assert(door !== undefined, 'a known door')
  return door
}

export function hexOf(bytes: Uint8Array): Sha256 {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') as Sha256
}

export function bytesOf(sha256: Sha256): Uint8Array {
  return Buffer.from(sha256, 'hex')
}
