import type { Retention } from '../limits.ts'

/** A version as retention sees it, in one memory's history from newest to oldest. */
export interface Kept {
  /** When the next version of the memory replaced it; undefined for the newest. Milliseconds. */
  readonly supersededAt: number | undefined
  /** Versions of the same memory that are newer. */
  readonly newer: number
  /** When the memory was deleted, if it was. */
  readonly deletedAt: number | undefined
}

/**
 * Whether retention lets a version go: superseded (or its memory deleted) for the whole period, and
 * outside the head and the newest versions of a live memory, so that what happened yesterday can
 * always be undone. The rule is monotone along a history: what is older than a purgeable version is
 * purgeable too.
 */
export function isPurgeable(version: Kept, retention: Retention, now: number): boolean {
  const { keepMs, recentVersions } = retention
  if (keepMs === undefined) return false
  if (version.deletedAt !== undefined) {
    return now - Math.min(version.deletedAt, version.supersededAt ?? version.deletedAt) >= keepMs
  }
  if (version.supersededAt === undefined || version.newer <= recentVersions) return false
  return now - version.supersededAt >= keepMs
}
