import type { Prefix } from '../../domain/memory/path.ts'

export interface ContentOption {
  /** Whether to read the content, which costs more. */
  readonly content: boolean
}

export interface MemoriesQuery extends ContentOption {
  readonly prefix: Prefix
  /** 0: every memory below; 1: direct children, deeper ones rolled up into directories. */
  readonly depth: 0 | 1
  /** Go on after this item: a path, or a directory (ends with "/") that is done. */
  readonly after: string | undefined
  readonly limit: number
}
