import type { MemoryId, StoreId, VersionId } from '../ids.ts'
import type { Path } from '../memory/path.ts'
import type { Moment } from './moment.ts'

/** What a restore or a revert does, or would do. */
export interface Plan {
  readonly type: 'restore' | 'revert'
  readonly storeId: StoreId
  readonly isDryRun: boolean
  /** The store's sequence: after it was done, or that the plan was made at. */
  readonly seq: number
  /** What is restored; undefined for one version and for a revert. */
  readonly moment: Moment | undefined
  /** In the byte order of their paths. */
  readonly changes: readonly PlannedChange[]
  /** Memories that were looked at and already are as they should be. */
  readonly unchanged: number
  /** What is left as it is, and why. */
  readonly conflicts: readonly PlanConflict[]
}

/**
 * `update` changes the content (and moves too, where there is a previous path), `move` the path
 * alone, `revive` brings a deleted memory back under its own id.
 */
export const plannedActions = ['update', 'move', 'delete', 'revive'] as const
export type PlannedAction = (typeof plannedActions)[number]

/** So much merged content a plan shows, over all its changes. */
export const previewBytesMax = 1_048_576

export interface PlannedChange {
  readonly action: PlannedAction
  readonly memoryId: MemoryId
  /** Where it is afterwards; of a delete, where it was. */
  readonly path: Path
  /** Where it was, when that changes. */
  readonly previousPath: Path | undefined
  /** The version that was written; undefined in a dry run. */
  readonly versionId: VersionId | undefined
  /** The version whose content it has again; undefined for a delete and for merged content. */
  readonly fromVersionId: VersionId | undefined
  /** Bytes of the content afterwards; undefined for a delete. */
  readonly sizeBytes: number | undefined
  /** Of a dry run: content that is of no version yet, up to `previewBytesMax` in all. */
  readonly content: string | undefined
}

/**
 * - `redacted`: what it would be brought back to is erased.
 * - `history_removed`: what it was before is no longer kept.
 * - `overlapping_edits`: others changed the same lines since.
 * - `path_taken`: something else lives where it would go.
 * - `redaction`, `store_change`: the actor did what no new version takes back.
 */
export const conflictReasons = [
  'redacted',
  'history_removed',
  'overlapping_edits',
  'path_taken',
  'redaction',
  'store_change',
] as const
export type ConflictReason = (typeof conflictReasons)[number]

export interface PlanConflict {
  readonly reason: ConflictReason
  /** Undefined for changes of the store itself. */
  readonly memoryId: MemoryId | undefined
  /** Where it is, or was; undefined when that is erased. */
  readonly path: Path | undefined
  /** The version in question: redacted, in the way, or written since. */
  readonly versionId: VersionId | undefined
  /** For people. */
  readonly message: string
}
