import { activityNeeds, type ActivityApi } from './api/activity.ts'
import { actorNeeds, type ActorsApi } from './api/actors.ts'
import { webhookNeeds, type WebhooksApi } from './api/webhooks.ts'
import { historyNeeds, type HistoryApi } from './api/history.ts'
import { searchNeeds, type SearchApi } from './api/search.ts'
import { forgetNeeds, type ForgetApi } from './api/forget.ts'
import { guardNeeds, type GuardApi } from './api/guard.ts'
import { sessionNeeds, type SessionsApi } from './api/sessions.ts'
import { transferNeeds, type TransferApi } from './api/transfer.ts'
import type { Caller, Capability, Role, WorkerKind } from './domain/caller.ts'
import { forbidden } from './domain/errors.ts'
import type { Key, Workspace } from './domain/memory/command.ts'
import type { ListItem, Memory } from './domain/memory/memory.ts'
import type { Store, Usage } from './domain/memory/store.ts'
import type { Change, Version } from './domain/memory/version.ts'
import type { Page } from './domain/page.ts'

/**
 * The waist of the house: every verb of the product, for one caller. `bind` makes it from use-cases
 * in process, `connect` from HTTP; a door cannot tell which and can skip no rule. Inputs are raw
 * values: each verb checks them and throws a `DomainError` that names the field and the rule.
 */
export interface Api
  extends
    MemoryApi,
    HistoryApi,
    SearchApi,
    SessionsApi,
    WebhooksApi,
    GuardApi,
    ForgetApi,
    ActivityApi {}

/** The verbs about stores and what is in them, and about keys and workspaces. */
export interface MemoryApi extends TransferApi, ActorsApi {
  createStore(input: CreateStoreInput): Promise<Store>
  listStores(input: ListStoresInput): Promise<Page<Store>>
  getStore(input: StoreInput): Promise<Store>
  updateStore(input: UpdateStoreInput): Promise<Store>
  archiveStore(input: StoreInput): Promise<Store>
  deleteStore(input: StoreInput): Promise<Deleted>

  createMemory(input: CreateMemoryInput): Promise<Memory>
  listMemories(input: ListMemoriesInput): Promise<Page<ListItem>>
  getMemory(input: MemoryInput): Promise<Memory>
  updateMemory(input: UpdateMemoryInput): Promise<Memory>
  deleteMemory(input: DeleteMemoryInput): Promise<Deleted>

  listVersions(input: ListVersionsInput): Promise<Page<Version>>
  getVersion(input: VersionInput): Promise<Version>
  redactVersion(input: RedactVersionInput): Promise<Version>

  getUsage(input: StoreInput): Promise<UsageReport>
  /** Several writes on one store, in order, all or none. */
  applyBatch(input: BatchInput): Promise<BatchResult>
  /** One page of the change feed; `waitMs` lets an empty one wait for the next change. */
  listChanges(input: ListChangesInput): Promise<ChangePage>
  /**
   * The change feed without end, from `after` on, until the signal or the key's revocation ends it.
   */
  watchChanges(input: WatchChangesInput): AsyncIterable<Change>
  /** The feeds of several stores at once: what `listChanges` is to one. */
  listStoresChanges(input: ListStoresChangesInput): Promise<StoresChangePage>
  /** The feeds of several stores in one stream, until one of them ends or the signal does. */
  watchStoresChanges(input: WatchStoresChangesInput): AsyncIterable<Change>

  /** Who the credential is. */
  whoAmI(): Promise<Identity>
  createKey(input: CreateKeyInput): Promise<NewKey>
  listKeys(input: WorkspaceInput): Promise<readonly Key[]>
  revokeKey(input: RevokeKeyInput): Promise<Key>
  createWorkspace(input: CreateWorkspaceInput): Promise<Workspace>
  listWorkspaces(): Promise<readonly Workspace[]>
}

export type Verb = keyof Api
export type MemoryVerb = keyof MemoryApi | keyof HistoryApi | keyof SearchApi

/** `basic` leaves the content out. */
export type ContentView = 'basic' | 'full'

export interface StoreInput {
  readonly storeId: string
}

export interface CreateStoreInput {
  readonly name: unknown
  /** undefined or null: "". */
  readonly description?: unknown
  readonly metadata?: unknown
}

export interface UpdateStoreInput extends StoreInput {
  /** undefined or null keeps; description "" clears. */
  readonly name?: unknown
  readonly description?: unknown
  /** A merge patch: null removes a key. */
  readonly metadata?: unknown
}

interface PageInput {
  /** 1 to 100; 20 when not given. */
  readonly limit?: number | undefined
  readonly page?: string | undefined
}

/** Inclusive bounds in milliseconds since 1970. */
interface TimeFilter {
  readonly createdFrom?: number | undefined
  readonly createdTo?: number | undefined
}

export interface ListStoresInput extends PageInput, TimeFilter {
  readonly includeArchived?: boolean | undefined
}

export interface CreateMemoryInput extends StoreInput {
  readonly path: unknown
  readonly content: unknown
  /** Default `basic`. */
  readonly view?: ContentView | undefined
}

export interface ListMemoriesInput extends StoreInput, PageInput {
  readonly pathPrefix?: string | undefined
  /** 0 (default): everything below; 1: direct children, the rest rolled up. */
  readonly depth?: number | undefined
  readonly view?: ContentView | undefined
}

export interface MemoryInput extends StoreInput {
  readonly memoryId: string
  /** Default `full`. */
  readonly view?: ContentView | undefined
}

export interface UpdateMemoryInput extends StoreInput {
  readonly memoryId: string
  /** undefined or null keeps. */
  readonly content?: unknown
  readonly path?: unknown
  /** 64 lowercase hexadecimal digits: the hash the current content must have. */
  readonly expectedSha256?: unknown
  readonly view?: ContentView | undefined
}

export interface DeleteMemoryInput extends StoreInput {
  readonly memoryId: string
  readonly expectedSha256?: unknown
}

/** What was deleted. */
export interface Deleted {
  readonly id: string
}

export interface ListVersionsInput extends StoreInput, PageInput, TimeFilter {
  readonly memoryId?: string | undefined
  readonly operation?: string | undefined
  readonly sessionId?: string | undefined
  readonly apiKeyId?: string | undefined
  readonly serviceAccountId?: string | undefined
  readonly view?: ContentView | undefined
}

export interface VersionInput extends StoreInput {
  readonly versionId: string
  /** Default `full`. */
  readonly view?: ContentView | undefined
}

export interface RedactVersionInput extends StoreInput {
  readonly versionId: string
}

/** A store's usage beside the limits that hold for it. */
export interface UsageReport extends Usage {
  readonly storeId: string
  readonly memoriesMax: number
  readonly contentBytesMax: number
  readonly versionsMax: number
}

export type BatchOperation =
  | { readonly type: 'create'; readonly path: unknown; readonly content: unknown }
  | {
      readonly type: 'update'
      readonly target: BatchTarget
      readonly content?: unknown
      readonly path?: unknown
      readonly expectedSha256?: unknown
    }
  | { readonly type: 'delete'; readonly target: BatchTarget; readonly expectedSha256?: unknown }
  /** Moves everything below one directory to another; both end with "/". */
  | { readonly type: 'move'; readonly from: unknown; readonly to: unknown }

/** A memory by exactly one of its id and the path it lives at when the operation runs. */
export interface BatchTarget {
  readonly memoryId?: string | undefined
  readonly path?: unknown
}

export interface BatchInput extends StoreInput {
  /** 1 to 1,000. */
  readonly operations: readonly BatchOperation[]
}

export interface BatchResult {
  /** One per operation: the memory after it (a delete: before it; a move: all that moved). */
  readonly results: readonly BatchAnswer[]
  /** The store's sequence after the batch. */
  readonly seq: number
}

export type BatchAnswer =
  | { readonly type: 'memory'; readonly memory: Memory }
  | { readonly type: 'deleted'; readonly id: string }
  | { readonly type: 'moved'; readonly memories: readonly Memory[] }

export interface ListChangesInput extends StoreInput {
  /** A sequence; 0 (default) starts at the oldest retained change. */
  readonly after?: number | undefined
  readonly pathPrefix?: string | undefined
  /** 1 to 1,000; default 100. */
  readonly limit?: number | undefined
  /** 0 (default) to 60,000 milliseconds. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ChangePage {
  readonly changes: readonly Change[]
  /** Hand it back as `after` to go on: the sequence up to which this page is complete. */
  readonly seq: number
}

export interface WatchChangesInput extends StoreInput {
  readonly after?: number | undefined
  readonly pathPrefix?: string | undefined
  readonly signal: AbortSignal
}

/** A store, and the sequence after which its changes are wanted. */
export interface StorePosition extends StoreInput {
  /** 0 (default) starts at the oldest retained change. */
  readonly after?: number | undefined
}

export interface ListStoresChangesInput {
  /** 1 to 100 different stores. */
  readonly stores: readonly StorePosition[]
  /** Of all stores together: 1 to 1,000; default 100. */
  readonly limit?: number | undefined
  /** 0 (default) to 60,000 milliseconds. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface StoresChangePage {
  /** In commit order within each store. */
  readonly changes: readonly Change[]
  /** Hand them back as `stores` to go on: every store, with the sequence it is complete up to. */
  readonly stores: readonly (StoreInput & { readonly after: number })[]
}

export interface WatchStoresChangesInput {
  readonly stores: readonly StorePosition[]
  readonly signal: AbortSignal
}

export interface Identity {
  readonly workspaceId: string
  readonly actor: string
  readonly role: Role
}

export interface WorkspaceInput {
  /** The caller's own when not given. */
  readonly workspaceId?: string | undefined
}

export interface CreateKeyInput extends WorkspaceInput {
  /** 1 to 255 characters, no control characters. */
  readonly name: unknown
  /** Default `read_write`. */
  readonly role?: unknown
}

/** The only time the secret is seen. */
export interface NewKey extends Key {
  readonly secret: string
}

export interface RevokeKeyInput extends WorkspaceInput {
  readonly keyId: string
}

export interface CreateWorkspaceInput {
  readonly name: unknown
}

/**
 * What each verb needs of the caller's role. The use-case enforces it; a door may ask first, to
 * refuse before it reads a body. A session's token needs the attached access instead.
 */
export const needs: Record<Verb, Capability> = {
  createStore: 'write',
  listStores: 'read',
  getStore: 'read',
  updateStore: 'write',
  archiveStore: 'write',
  deleteStore: 'admin',
  createMemory: 'write',
  listMemories: 'read',
  getMemory: 'read',
  updateMemory: 'write',
  deleteMemory: 'write',
  listVersions: 'read',
  getVersion: 'read',
  redactVersion: 'admin',
  getUsage: 'read',
  applyBatch: 'write',
  listChanges: 'read',
  watchChanges: 'read',
  listStoresChanges: 'read',
  watchStoresChanges: 'read',
  whoAmI: 'read',
  createKey: 'admin',
  listKeys: 'admin',
  revokeKey: 'admin',
  createWorkspace: 'admin',
  listWorkspaces: 'admin',
  ...actorNeeds,
  ...historyNeeds,
  ...searchNeeds,
  ...transferNeeds,
  ...sessionNeeds,
  ...webhookNeeds,
  ...guardNeeds,
  ...forgetNeeds,
  ...activityNeeds,
}

const both: readonly WorkerKind[] = ['environment', 'session']

/**
 * The verbs that the credentials of workers reach (sessions §4); everything else is for API keys.
 * `apiKey: false` marks what only a worker may do.
 */
const forWorkers: Partial<
  Record<Verb, { readonly worker: readonly WorkerKind[]; readonly apiKey: boolean }>
> = {
  createMemory: { worker: ['session'], apiKey: true },
  listMemories: { worker: ['session'], apiKey: true },
  getMemory: { worker: ['session'], apiKey: true },
  updateMemory: { worker: ['session'], apiKey: true },
  deleteMemory: { worker: ['session'], apiKey: true },
  getSession: { worker: both, apiKey: true },
  listEvents: { worker: both, apiKey: true },
  streamEvents: { worker: both, apiKey: true },
  sendEvents: { worker: both, apiKey: true },
  pollWork: { worker: ['environment'], apiKey: false },
  acknowledgeWork: { worker: ['environment'], apiKey: false },
  heartbeatWork: { worker: both, apiKey: false },
  stopWork: { worker: both, apiKey: true },
  listWork: { worker: ['environment'], apiKey: false },
  getWorkStats: { worker: ['environment'], apiKey: true },
}

const afterStop: readonly Verb[] = [
  'createMemory',
  'listMemories',
  'getMemory',
  'updateMemory',
  'deleteMemory',
  'getSession',
  'heartbeatWork',
  'stopWork',
]

/** @throws DomainError `forbidden` when the kind of credential does not reach the verb at all */
export function permitKind({ worker }: Pick<Caller, 'worker'>, verb: Verb): void {
  const rule = forWorkers[verb]
  if (worker === undefined) {
    if (rule?.apiKey === false) throw forbidden('this is for the workers of an environment')
    return
  }
  if (worker.isStale && verb !== 'heartbeatWork' && verb !== 'stopWork') {
    throw forbidden('another worker has the session now')
  }
  if (worker.isStopped === true && !afterStop.includes(verb)) {
    throw forbidden('the work was stopped')
  }
  if (rule?.worker.includes(worker.kind)) return
  const what = worker.kind === 'environment' ? 'an environment key' : 'a sessions token'
  throw forbidden(`${what} does not reach this`)
}
