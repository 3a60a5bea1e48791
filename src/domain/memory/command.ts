import type { Provenance, Role } from '../caller.ts'
import type { UndoCommand } from '../history/command.ts'
import type { Plan } from '../history/plan.ts'
import type { KeyId, StoreId, WorkspaceId } from '../ids.ts'
import type { Claim } from './claim.ts'
import type { Content, Sha256 } from './content.ts'
import type { Head } from './memory.ts'
import type { Path, Prefix } from './path.ts'
import type { Metadata, MetadataPatch, Store } from './store.ts'

// A write is data: it can cross a thread, be retried after a lost race, and be replayed in a test.

/**
 * Every write to one store is alone in it: nothing else happens between its check and its commit.
 */
interface InStore {
  readonly workspaceId: WorkspaceId
  readonly storeId: StoreId
  readonly by: Provenance
}

/** A memory by its id, or by the path it lives at when the command runs. */
export type Target = { readonly memoryId: string } | { readonly path: Path }

export interface CreateMemory extends InStore {
  readonly type: 'create_memory'
  readonly path: Path
  readonly content: Content
}

export interface UpdateMemory extends InStore {
  readonly type: 'update_memory'
  readonly target: Target
  /** New content; undefined keeps it. */
  readonly content: Content | undefined
  /** New path; undefined keeps it. */
  readonly path: Path | undefined
  /** The write applies only if this is the hash of the current content. */
  readonly expected: Sha256 | undefined
}

export interface DeleteMemory extends InStore {
  readonly type: 'delete_memory'
  readonly target: Target
  readonly expected: Sha256 | undefined
}

/** Moves every memory below one prefix to another, keeping ids and what follows the prefix. */
export interface MoveTree extends InStore {
  readonly type: 'move_tree'
  readonly from: Prefix
  readonly to: Prefix
  /** Of a move that is brought in: one for each memory that moves, in byte order of their paths. */
  readonly claims?: readonly Claim[]
}

export type MemoryCommand = CreateMemory | UpdateMemory | DeleteMemory | MoveTree

/** Several commands on one store, each seeing the ones before it; all of them happen, or none. */
export interface Batch extends InStore {
  readonly type: 'batch'
  readonly commands: readonly MemoryCommand[]
  /** The batch applies only if this is the sequence of the store's newest change. */
  readonly expectedSeq?: number
}

export interface RedactVersion extends InStore {
  readonly type: 'redact_version'
  readonly versionId: string
  /** Kept with the change that records the redaction. */
  readonly reason?: string | undefined
  /** Whether the caller has the bytes destroyed afterwards, once for many (`destroyErased`). */
  readonly isDestroyedLater?: boolean
}

export interface UpdateStore extends InStore {
  readonly type: 'update_store'
  readonly name: string | undefined
  readonly description: string | undefined
  readonly metadata: MetadataPatch | undefined
}

export interface ArchiveStore extends InStore {
  readonly type: 'archive_store'
}

/** Hides the store at once; its rows are reaped afterwards, in slices. */
export interface DeleteStore extends InStore {
  readonly type: 'delete_store'
}

export type StoreCommand = UpdateStore | ArchiveStore | DeleteStore

/** In the scope of its workspace, so that the limit of stores holds under concurrent creates. */
export interface CreateStore {
  readonly type: 'create_store'
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly description: string
  readonly metadata: Metadata
  readonly by: Provenance
}

export interface CreateWorkspace {
  readonly type: 'create_workspace'
  readonly name: string
}

export interface CreateKey {
  readonly type: 'create_key'
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly role: Role
  /** SHA-256 of the secret, hexadecimal: the secret itself is never stored. */
  readonly secretSha256: Sha256
  /** The last characters of the secret, to tell keys apart. */
  readonly hint: string
}

/** Idempotent: a key revoked twice keeps the time of the first. */
export interface RevokeKey {
  readonly type: 'revoke_key'
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
}

/** Everything that can be written. */
export type Command =
  | CreateStore
  | StoreCommand
  | MemoryCommand
  | Batch
  | RedactVersion
  | UndoCommand
  | CreateWorkspace
  | CreateKey
  | RevokeKey

/** A workspace: the wall between tenants. */
export interface Workspace {
  readonly id: WorkspaceId
  readonly name: string
  readonly createdAt: number
}

/** An API key without its secret. */
export interface Key {
  readonly id: KeyId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly role: Role
  readonly hint: string
  readonly createdAt: number
  readonly revokedAt: number | undefined
}

/** What a memory command leaves: the memory's state after it, or before it for a delete. */
export type MemoryAnswer =
  | { readonly type: 'memory'; readonly head: Head }
  | { readonly type: 'deleted'; readonly head: Head }
  | { readonly type: 'moved'; readonly heads: readonly Head[] }

/** One answer per command of the batch, and the store's sequence after it. */
export interface BatchAnswer {
  readonly answers: readonly MemoryAnswer[]
  readonly seq: number
}

/** What a commit answers, by the command's type. */
export interface Answers {
  create_store: Store
  update_store: Store
  archive_store: Store
  delete_store: undefined
  create_memory: Head
  update_memory: Head
  delete_memory: Head
  move_tree: readonly Head[]
  batch: BatchAnswer
  redact_version: undefined
  restore: Plan
  revert: Plan
  create_workspace: Workspace
  create_key: Key
  revoke_key: Key
}

export type Answer<C extends Command> = Answers[C['type']]
