/**
 * Capacity limits, all settings (contract §10). Counts are inclusive: a store may hold exactly that
 * many.
 */
export interface Limits {
  /** Live memories in one store; 1 or more. The hosted service allows 10,000. */
  readonly storeMemoriesMax: number
  /** Bytes of live content in one store. */
  readonly storeBytesMax: number
  /** Versions kept in one store. Deletes are always allowed, also above it. */
  readonly storeVersionsMax: number
  /** Stores in one workspace, archived ones included. */
  readonly workspaceStoresMax: number
}

export const defaultLimits: Limits = {
  storeMemoriesMax: 2_000,
  storeBytesMax: 104_857_600,
  storeVersionsMax: 250_000,
  workspaceStoresMax: 1_000,
}

/** How long history is kept (contract §8.6 and the table of decisions). */
export interface Retention {
  /**
   * A superseded version is kept at least this long, in milliseconds; undefined keeps it forever.
   */
  readonly keepMs: number | undefined
  /** Versions of a live memory kept beside its head, whatever their age. */
  readonly recentVersions: number
}

export const dayMs = 86_400_000
export const defaultRetention: Retention = { keepMs: 30 * dayMs, recentVersions: 10 }

/** Items of a page: 1 to 100, 20 when not said, at most 20 with content (contract §4.2). */
export const pageLimit = { max: 100, default: 20, fullMax: 20 } as const
