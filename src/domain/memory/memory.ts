import { memoryIdAt, versionIdAt, type MemoryId, type StoreId, type VersionId } from '../ids.ts'
import type { Sha256 } from './content.ts'
import type { Path, Prefix } from './path.ts'

/** A live text document at a path. Times are milliseconds since 1970. */
export interface Memory {
  readonly id: MemoryId
  readonly storeId: StoreId
  readonly path: Path
  /** The version that is its current state. */
  readonly versionId: VersionId
  readonly sha256: Sha256
  readonly sizeBytes: number
  readonly createdAt: number
  /** Equals the creation time of its head version (U48). */
  readonly updatedAt: number
  /** Present only where it was asked for. */
  readonly content?: string | undefined
}

/** A directory in a listing of depth 1: at least one memory lives below it. */
export interface Directory {
  readonly prefix: Prefix
}

export type ListItem = Memory | Directory

export function isDirectory(item: ListItem): item is Directory {
  return 'prefix' in item
}

/**
 * A memory's current state as a store keeps it. Its ids are not kept but derived: the first change
 * (`firstSeq`, `createdAt`) gives the memory's, the newest (`headSeq`, `updatedAt`) the version's.
 */
export interface Head {
  readonly firstSeq: number
  readonly headSeq: number
  readonly path: Path
  readonly sha256: Sha256
  readonly sizeBytes: number
  readonly createdAt: number
  readonly updatedAt: number
}

export function memoryOf(storeId: StoreId, head: Head, content?: string): Memory {
  return {
    id: memoryIdAt(storeId, { seq: head.firstSeq, at: head.createdAt }),
    storeId,
    path: head.path,
    versionId: versionIdAt(storeId, { seq: head.headSeq, at: head.updatedAt }),
    sha256: head.sha256,
    sizeBytes: head.sizeBytes,
    createdAt: head.createdAt,
    updatedAt: head.updatedAt,
    content,
  }
}
