import type { ActorId } from '../../domain/caller.ts'
import type { Leaf } from '../../domain/history/compare-trees.ts'
import type { MomentFacts, MomentInput } from '../../domain/history/moment.ts'
import type { VersionId } from '../../domain/ids.ts'
import type { ListItem, Memory } from '../../domain/memory/memory.ts'
import type { Path, Prefix } from '../../domain/memory/path.ts'
import type { Change, ChangeKind } from '../../domain/memory/version.ts'
import type { ContentOption, MemoriesQuery } from './memories-query.ts'
import type { Found, StoreScope } from './store-scope.ts'

/**
 * Reads of what was. A state is complete from `historyFrom` on; each read says what that was in the
 * state of the database that it read.
 */
export interface HistoryReads {
  /** Where a moment stands; now, without an input. */
  moment(scope: StoreScope, input: MomentInput | undefined): Promise<Found<MomentFacts>>
  /** As `memories`, after the change with this sequence. What was redacted since is left out. */
  memoriesAsOf(scope: StoreScope, query: AsOfQuery): Promise<Found<AsOf<ListItem[]>>>
  /** One memory after the change with this sequence. */
  memoryAsOf(scope: StoreScope, query: MemoryAsOfQuery): Promise<Found<AsOf<Memory>>>
  /** Changes of all kinds, newest first. */
  log(scope: StoreScope, query: LogQuery): Promise<Found<Logged[]>>
  /** Every memory with a version above one sequence and up to another, and its state at both. */
  changedBetween(scope: StoreScope, query: BetweenQuery): Promise<Found<AsOf<Changed[]>>>
}

export interface AsOf<Value> {
  readonly value: Value
  readonly historyFrom: number
}

export interface AsOfQuery extends MemoriesQuery {
  readonly seq: number
}

export interface MemoryAsOfQuery extends ContentOption {
  readonly seq: number
  readonly target: { readonly path: Path } | { readonly memoryId: string }
}

export interface LogQuery {
  /** What is, or was before the change, exactly here. */
  readonly path: Path | undefined
  readonly prefix: Prefix
  readonly memoryId: string | undefined
  /** Joined by AND. */
  readonly actors: readonly ActorId[]
  /** Any of them; none: all. */
  readonly kinds: readonly ChangeKind[]
  /** Inclusive bounds in milliseconds. */
  readonly createdFrom: number | undefined
  readonly createdTo: number | undefined
  /** Go on below this sequence. */
  readonly beforeSeq: number | undefined
  readonly limit: number
}

export interface Logged extends Change {
  readonly previousVersionId: VersionId | undefined
}

export interface BetweenQuery {
  readonly from: number
  readonly to: number
}

/** Undefined where the memory did not live. */
export interface Changed {
  readonly before: Leaf | undefined
  readonly after: Leaf | undefined
}
