import type { Capability } from '../domain/caller.ts'
import type { MemoryId, StoreId, VersionId } from '../domain/ids.ts'
import type { MatchingLine } from '../domain/memory/grep.ts'
import type { Path } from '../domain/memory/path.ts'
import type { Snippet } from '../domain/memory/search-match.ts'
import type { Page } from '../domain/page.ts'

/**
 * The verbs that look into the texts of memories: of those that live, or of those that lived in one
 * store at a moment, which is a time or a sequence. Every write that was acknowledged before is
 * found. A page may hold fewer entries than its limit, even none, and still not be the last.
 */
export interface SearchApi {
  /**
   * Memories of a store that hold words, those that changed last first.
   * @throws DomainError `invalid` for a moment that cannot be read
   */
  searchStore(input: SearchStoreInput): Promise<Page<SearchHit>>
  /** The same in every store that the caller reaches. */
  searchWorkspace(input: SearchInput): Promise<Page<SearchHit>>
  /** Lines of a store's memories that match a pattern, by path and number. */
  grepStore(input: GrepStoreInput): Promise<Page<GrepHit>>
  grepWorkspace(input: GrepInput): Promise<Page<GrepHit>>
}

export type SearchVerb = keyof SearchApi

interface Asked {
  /**
   * At most one of them, and only where a store is named: milliseconds since 1970, or a sequence.
   * Neither is now.
   */
  readonly at?: number | undefined
  readonly atSeq?: number | undefined
  readonly pathPrefix?: string | undefined
  readonly page?: string | undefined
  /** Ends the work when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined
}

export interface SearchInput extends Asked {
  /** Words, "phrases", prefix* and -unwanted; all that is wanted must be there. */
  readonly query: unknown
  /** Only memories whose current text this actor wrote. */
  readonly actor?: string | undefined
  /** Inclusive bounds in milliseconds since 1970. */
  readonly updatedFrom?: number | undefined
  readonly updatedTo?: number | undefined
  /** 1 to 100; 20 when not given. */
  readonly limit?: number | undefined
}

export interface SearchStoreInput extends SearchInput {
  readonly storeId: string
}

/** A memory that was found, as it was when it was looked at. */
export interface SearchHit {
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  readonly versionId: VersionId
  readonly path: Path
  /** Who wrote the current text. */
  readonly actor: string | undefined
  readonly updatedAt: number
  readonly snippet: Snippet
}

export interface GrepInput extends Asked {
  /** A regular expression of JavaScript, or text. */
  readonly pattern: unknown
  readonly ignoreCase?: boolean | undefined
  /** The pattern is the text itself. */
  readonly fixedStrings?: boolean | undefined
  /** Lines shown before and after; 0 (default) to 10. */
  readonly context?: number | undefined
  /** 1 to 1,000; 100 when not given. */
  readonly limit?: number | undefined
}

export interface GrepStoreInput extends GrepInput {
  readonly storeId: string
}

export interface GrepHit {
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  readonly versionId: VersionId
  readonly path: Path
  readonly line: MatchingLine
}

export const searchNeeds: Record<SearchVerb, Capability> = {
  searchStore: 'read',
  searchWorkspace: 'read',
  grepStore: 'read',
  grepWorkspace: 'read',
}
