import type { ActorId, Door } from '../caller.ts'
import type { MemoryId, RequestId, StoreId, VersionId } from '../ids.ts'
import type { Claim } from './claim.ts'
import type { Sha256 } from './content.ts'
import type { Path } from './path.ts'

export const operations = ['created', 'modified', 'deleted'] as const
export type Operation = (typeof operations)[number]

/** One immutable state of a memory. Times are milliseconds since 1970. */
export interface Version {
  readonly id: VersionId
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  /** Its place among the store's changes. */
  readonly seq: number
  readonly operation: Operation
  /** Path after this write; undefined only when redacted. */
  readonly path: Path | undefined
  /** Undefined when redacted or `deleted`. */
  readonly sha256: Sha256 | undefined
  /** Bytes; undefined when redacted or `deleted`. */
  readonly sizeBytes: number | undefined
  /** Undefined when redacted or `deleted`, and where it was not asked for. */
  readonly content?: string | undefined
  readonly createdAt: number
  readonly createdBy: ActorId | undefined
  readonly door: Door
  readonly requestId: RequestId
  readonly redactedAt: number | undefined
  readonly redactedBy: ActorId | undefined
}

export const changeKinds = [
  ...operations,
  'redacted',
  'store_created',
  'store_updated',
  'store_archived',
  'store_deleted',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/**
 * One entry of a store's change feed, in commit order, numbered densely by `seq` (retention removes
 * old entries). `store_deleted` is the last a feed sends and is never read back.
 */
export interface Change {
  readonly storeId: StoreId
  readonly seq: number
  readonly kind: ChangeKind
  readonly at: number
  readonly actor: ActorId | undefined
  readonly door: Door
  readonly requestId: RequestId
  /** The memory that changed or whose version was redacted; undefined for changes of the store. */
  readonly memoryId: MemoryId | undefined
  /** The version that the change is, or that it redacted. */
  readonly versionId: VersionId | undefined
  /** Path after the change; undefined for changes of the store and for what was redacted since. */
  readonly path: Path | undefined
  /** Path before the change, where it moved the memory. */
  readonly previousPath: Path | undefined
  readonly sha256: Sha256 | undefined
  readonly sizeBytes: number | undefined
  /** Why it was redacted, where somebody said so; undefined for all other changes. */
  readonly reason?: string | undefined
  /** What its source says of a change that was brought in; undefined for all others. */
  readonly claimed?: Claim | undefined
}

/** A change with everything that can be told of it: what leaves a store as its history. */
export interface HistoryEntry extends Change {
  /** Of versions that have content. */
  readonly content: string | undefined
  readonly redactedAt: number | undefined
  readonly redactedBy: ActorId | undefined
}
