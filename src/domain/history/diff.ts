import type { MemoryId, StoreId, VersionId } from '../ids.ts'
import type { Path } from '../memory/path.ts'

/** One page of what differs between two states. */
export interface Diff {
  readonly storeId: StoreId
  /** The store of the second state, where that is another one. */
  readonly toStoreId: StoreId | undefined
  /** In the byte order of their paths, redacted ones without a path last. */
  readonly files: readonly FileDiff[]
  /** The same as text that `patch -p1` and `git apply` take. */
  readonly unified: string
  /** Hand it back as `page` to go on; undefined at the end. */
  readonly nextPage: string | undefined
}

export const fileStatuses = ['added', 'removed', 'modified', 'moved'] as const
export type FileStatus = (typeof fileStatuses)[number]

export interface FileDiff {
  readonly status: FileStatus
  /** Where it is in the second state; of a removed one, where it was. Undefined: erased. */
  readonly path: Path | undefined
  /** Where it was in the first state, when it moved. */
  readonly previousPath: Path | undefined
  readonly memoryId: MemoryId
  readonly fromVersionId: VersionId | undefined
  readonly toVersionId: VersionId | undefined
  /** One of the two texts is erased: there is nothing to compare. */
  readonly isRedacted: boolean
  readonly hunks: readonly DiffHunk[]
}

/** Line numbers count from 1; those of an empty side name the line before, as `diff -u` does. */
export interface DiffHunk {
  readonly oldStart: number
  readonly oldLines: number
  readonly newStart: number
  readonly newLines: number
  readonly lines: readonly DiffLine[]
}

export interface DiffLine {
  readonly op: 'keep' | 'remove' | 'add'
  /** Without its line break. */
  readonly text: string
  /** Set on the last line of a text that does not end with a line break. */
  readonly hasNoNewline?: true
}
