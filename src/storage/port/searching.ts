import type { ActorId } from '../../domain/caller.ts'
import type { MemoryId, StoreId, VersionId, WorkspaceId } from '../../domain/ids.ts'
import type { GrepPattern, MatchingLine } from '../../domain/memory/grep.ts'
import type { Path, Prefix } from '../../domain/memory/path.ts'
import type { Snippet } from '../../domain/memory/search-match.ts'
import type { SearchQuery } from '../../domain/memory/search-query.ts'
import type { Found, StoreScope } from './store-scope.ts'

/**
 * What is found in the texts of memories, archived stores included: of those that live, or of those
 * that lived in one store after a sequence.
 *
 * - A write that was acknowledged before the call is found; what is answered was live during it,
 *   or at the sequence that was asked for.
 * - Both do their work outside the main thread and give up a page after some seconds: it may hold
 *   fewer than `limit` entries, or none, and still have a `next`.
 * - What redaction erased is not found, and its words are in no index of this process, once the
 *   redaction is acknowledged.
 * - They throw `rate_limited` when too much is asked at once, and the reason of a signal that ends
 *   them.
 */
export interface Searching {
  /** Memories that hold the words, those that changed last first. */
  words(query: WordsQuery, signal?: AbortSignal): Promise<Found<FoundPage<FoundMemory>>>
  /**
   * Lines that match, by store, path and number.
   * @throws DomainError `invalid` when a pattern takes too long
   */
  lines(query: LinesQuery, signal?: AbortSignal): Promise<Found<FoundPage<FoundLine>>>
}

interface Where {
  readonly workspaceId: WorkspaceId
  /** Undefined: every store of the workspace. */
  readonly storeIds: readonly StoreId[] | undefined
  /** The sequence whose state is looked at, of one store; undefined: the present. */
  readonly asOf: number | undefined
  readonly prefix: Prefix
  /** 1 or more. */
  readonly limit: number
  /** The `next` of the page before. */
  readonly after: string | undefined
}

export interface WordsQuery extends Where {
  readonly query: SearchQuery
  /** Only memories whose current text this actor wrote. */
  readonly actor: ActorId | undefined
  /** Inclusive bounds in milliseconds. */
  readonly updatedFrom: number | undefined
  readonly updatedTo: number | undefined
}

export interface LinesQuery extends Where {
  readonly pattern: GrepPattern
  readonly contextLines: number
}

export interface FoundPage<Item> {
  readonly items: readonly Item[]
  /** Undefined at the end. */
  readonly next: string | undefined
}

export interface FoundMemory {
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  readonly versionId: VersionId
  readonly path: Path
  /** Who wrote the current text. */
  readonly actor: ActorId | undefined
  readonly updatedAt: number
  readonly snippet: Snippet
}

export interface FoundLine {
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  readonly versionId: VersionId
  readonly path: Path
  readonly line: MatchingLine
}

/** The engine's end, which also lets go of what was erased. */
export interface OwnedSearching extends Searching, AsyncDisposable {
  /** Resolves when nothing that was superseded before is held any more. */
  settle(scope: StoreScope): Promise<void>
}
