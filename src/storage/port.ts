import type { ActorId } from '../domain/caller.ts'
import type { CursorKey } from '../domain/page.ts'
import type {
  EnvironmentId,
  KeyId,
  SessionId,
  StoreId,
  WebhookId,
  WorkspaceId,
} from '../domain/ids.ts'
import type { Limits, Retention } from '../domain/limits.ts'
import type {
  Answer as MemoryAnswer,
  Command as MemoryCommand,
  Key,
  Workspace,
} from '../domain/memory/command.ts'
import type { SessionAnswers, SessionCommand } from '../domain/session/command.ts'
import type { WebhookAnswers, WebhookCommand } from '../domain/webhook/command.ts'
import type { Sha256 } from '../domain/memory/content.ts'
import type { ListItem, Memory } from '../domain/memory/memory.ts'
import type { Path, Prefix } from '../domain/memory/path.ts'
import type { Store, Usage } from '../domain/memory/store.ts'
import type { Change, HistoryEntry, Operation, Version } from '../domain/memory/version.ts'
import type { ContentOption, MemoriesQuery } from './port/memories-query.ts'
import type { Found, StoreScope } from './port/store-scope.ts'
import type { HistoryReads } from './port/history-reads.ts'
import type { Searching } from './port/searching.ts'
import type { Forgetting } from './port/forget.ts'
import type { Guard } from './port/guard.ts'
import type { SessionReads } from './port/session-reads.ts'
import type { WebhookReads } from './port/webhook-reads.ts'

/** Everything that can be written, and what its commit answers. */
export type Command = MemoryCommand | SessionCommand | WebhookCommand
export type Answer<C extends Command> = C extends SessionCommand
  ? SessionAnswers[C['type']]
  : C extends WebhookCommand
    ? WebhookAnswers[C['type']]
    : C extends MemoryCommand
      ? MemoryAnswer<C>
      : never

/** The id of what changed: a store, a session, a webhook, or an environment whose queue moved. */
export type Topic = StoreId | SessionId | EnvironmentId | WebhookId

/**
 * What an engine promises, in words of the domain. One conformance suite holds every engine to it.
 *
 * - A commit is durable before it resolves, survives power loss, and is alone in its scope: one
 *   store, or the workspace for creating stores.
 * - A read sees every write that was acknowledged before it began, and committed data only.
 * - Ids of another workspace, another store, or no id at all read as undefined, never as an error.
 * - Order of paths is the order of their UTF-8 bytes.
 */
export interface Storage extends AsyncDisposable {
  /**
   * Loads facts, decides, applies and makes durable.
   * @throws DomainError what the decision refused with; `storage_full` (nothing was stored, works
   * again once mended); `unavailable`; `conflict` after too many lost races
   */
  commit<C extends Command>(command: C): Promise<Answer<C>>

  /**
   * Reads; each call sees a committed state of its own, at least as new as every acknowledged
   * write.
   */
  readonly view: View

  readonly searching: Searching

  /**
   * Calls back after changes of a store or session became visible, from any process; may call
   * spuriously and coalesces. A hint to read, never the data itself.
   * @returns a function that ends the subscription
   */
  subscribe(listener: (topic: Topic) => void): () => void

  /**
   * Hands a message to the listeners of every process, now or never: it is not stored, and may be
   * lost. Messages of one process arrive in their order.
   */
  publish(message: LiveMessage): void

  /** @returns a function that ends the listening */
  listen(listener: (message: LiveMessage) => void): () => void

  /**
   * Removes what retention lets go and what deleted stores left, in slices that hold up no writer.
   * @returns how many versions went
   */
  sweep(signal: AbortSignal): Promise<number>

  /** Rejects with a sentence when the storage cannot take writes now. */
  checkHealth(): Promise<void>

  readonly guard: Guard
  readonly forgetting: Forgetting

  /** Counters since the start, for metrics. */
  stats(): StorageStats
}

/** What passes by and is not kept: the words of a model while it speaks. */
export interface LiveMessage {
  readonly sessionId: SessionId
  /** JSON. */
  readonly body: unknown
}

export interface StorageStats {
  /** How many commands each commit made durable: [upper bound, count of commits at or below it]. */
  readonly batchSizes: Histogram
  /** Seconds from the start of making a batch durable to its end. */
  readonly commitSeconds: Histogram
  /** Seconds a command waited for the writer. */
  readonly writerWaitSeconds: Histogram
}

/**
 * Cumulative buckets, as Prometheus has them: `counts[i]` observations were at most `bounds[i]`.
 */
export interface Histogram {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

export interface View {
  readonly sessions: SessionReads
  readonly webhooks: WebhookReads
  readonly history: HistoryReads

  store(scope: StoreScope): Promise<Store | undefined>
  usage(scope: StoreScope): Promise<Usage | undefined>
  /** Newest first, then by id descending. */
  stores(query: StoresQuery): Promise<Store[]>

  memory(scope: StoreScope, memoryId: string, options: ContentOption): Promise<Found<Memory>>
  /** The live memory at exactly this path. */
  memoryAt(scope: StoreScope, path: Path, options: ContentOption): Promise<Found<Memory>>
  /** Ascending in byte order of the path, directories (depth 1) among them. */
  memories(scope: StoreScope, query: MemoriesQuery): Promise<Found<ListItem[]>>

  version(scope: StoreScope, versionId: string, options: ContentOption): Promise<Found<Version>>
  /** Newest first, by sequence. */
  versions(scope: StoreScope, query: VersionsQuery): Promise<Found<Version[]>>
  /** The store's changes with a sequence above `after`, ascending. */
  changes(scope: StoreScope, query: ChangesQuery): Promise<Found<Change[]>>
  /** The same with content, as many as `bytesMax` of content hold and at least one. */
  entries(scope: StoreScope, query: HistoryQuery): Promise<Found<HistoryEntry[]>>

  workspaces(): Promise<Workspace[]>
  workspace(workspaceId: WorkspaceId): Promise<Workspace | undefined>
  /** All keys of a workspace, revoked ones included, oldest first. */
  keys(workspaceId: WorkspaceId): Promise<Key[]>
  /** The key, revoked or not, whose secret has this SHA-256. */
  keyBySecret(secretSha256: Sha256): Promise<Key | undefined>
  key(workspaceId: WorkspaceId, keyId: KeyId): Promise<Key | undefined>

  /** The secret that signs cursors, the same in every process over one database. */
  cursorKey(): Promise<CursorKey>
}

export interface StoresQuery {
  readonly workspaceId: WorkspaceId
  readonly includeArchived: boolean
  /** Inclusive bounds of the creation time in milliseconds. */
  readonly createdFrom: number | undefined
  readonly createdTo: number | undefined
  /** Go on after this store (by its creation time and id). */
  readonly after: { readonly createdAt: number; readonly id: string } | undefined
  /** 1 or more. */
  readonly limit: number
}

export interface VersionsQuery extends ContentOption {
  readonly memoryId: string | undefined
  readonly operation: Operation | undefined
  /** Actors are joined by AND, as filters are: two different ones match nothing. */
  readonly actors: readonly ActorId[]
  readonly createdFrom: number | undefined
  readonly createdTo: number | undefined
  /** Go on below this sequence. */
  readonly beforeSeq: number | undefined
  readonly limit: number
}

export interface ChangesQuery {
  /** A sequence; 0 starts at the oldest retained change. */
  readonly after: number
  /** Only changes of memories that are, or were before the change, below this prefix. */
  readonly prefix: Prefix
  readonly limit: number
}

export interface HistoryQuery {
  /** A sequence. */
  readonly after: number
  readonly limit: number
  readonly bytesMax: number
}

/** What an engine is opened with. Clock and randomness are handed in. */
export interface StorageOptions {
  readonly limits: Limits
  readonly retention: Retention
  /** Milliseconds since 1970. */
  readonly clock: () => number
}
