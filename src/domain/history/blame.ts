import type { ActorId, Door } from '../caller.ts'
import type { MemoryId, RequestId, StoreId, VersionId } from '../ids.ts'
import type { Path } from '../memory/path.ts'

/** The lines of a version, each with where it came from. */
export interface Blame {
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  readonly path: Path
  /** The version whose lines these are. */
  readonly versionId: VersionId
  readonly seq: number
  /** All lines in order; neighbours of one origin stand together. */
  readonly ranges: readonly BlameRange[]
}

export interface BlameRange {
  /** Number of the first line, from 1. */
  readonly startLine: number
  /** Without their line breaks. */
  readonly lines: readonly string[]
  /** The oldest version that can be read and has these lines. */
  readonly origin: Origin
  /** The version before the origin is redacted: the lines may have been written in it. */
  readonly isRedacted: boolean
  /** Retention has removed the version before the origin: the lines may be older. */
  readonly isBoundary: boolean
}

/** A version as blame names it. Times are milliseconds since 1970. */
export interface Origin {
  readonly versionId: VersionId
  readonly seq: number
  readonly createdAt: number
  readonly createdBy: ActorId | undefined
  readonly door: Door
  readonly requestId: RequestId
}
