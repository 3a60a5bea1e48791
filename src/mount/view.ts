import type { MemoryId } from '../domain/ids.ts'
import type { Limits } from '../domain/limits.ts'
import { errno, Refusal } from './errno.ts'
import type { Agreement } from './fuse/init.ts'
import type { Handles } from './handles.ts'
import type { Holds } from './holds.ts'
import type { Operation } from './operation.ts'
import type { Problems } from './problems.ts'
import type { Replica } from './replica.ts'
import type { Directory, File, Identity, Node, Presentation, Tree } from './tree.ts'

/** How an edit meets somebody else's edit of the same text. */
export const conflictPolicies = ['merge', 'keep-both', 'fail'] as const
export type ConflictPolicy = (typeof conflictPolicies)[number]

export const changedMeanwhile =
  'somebody else changed the memory since it was opened (--on-conflict fail)'

export interface ViewOptions {
  readonly isReadOnly: boolean
  readonly uid: number
  readonly gid: number
  /** What is made here is `uid`'s as well; otherwise it is the maker's. */
  readonly hasOneOwner: boolean
  readonly onConflict: ConflictPolicy
  /** Closing a written file waits until the server has it. */
  readonly isSyncClose: boolean
  /** The server knows batches: a directory can be moved in one transaction. */
  readonly hasBatches: boolean
  readonly limits: Pick<Limits, 'storeMemoriesMax' | 'storeBytesMax'>
}

/** What the kernel has to be told because it did not ask. */
export interface Notice {
  readonly directory: Directory
  /** Whose name in the directory may now be another file, or none. */
  readonly name: string
  /** Also the listing changed. */
  readonly isListed: boolean
  /** What must not be linked by a listing until the kernel has taken the notice. */
  readonly node: Node | undefined
}

/** Where operations go to be sent to the store, in order. */
export interface Outbox {
  /** @throws Refusal when nothing more can be taken (a long outage) */
  submit(operation: Operation): void
  /**
   * Resolves when all that was submitted is settled. @throws Refusal EIO while the server is away
   */
  drained(): Promise<void>
  /** As `drained`, for one memory. Also throws why its last operation was refused. */
  settled(identity: Identity): Promise<void>
  /** Undefined, or resolves when the server has caught up with what programs write. */
  congestion(): Promise<void> | undefined
  /** @throws Refusal ENOSPC when nothing more can be taken */
  checkRoom(bytes: number): void
}

/** Makes what programs were told is safe survive the end of this process. */
export interface Journal {
  /** What is recorded by `tell` is recorded whole, or not at all. */
  inOne<Value>(tell: () => Value): Value
  /** A file is held back now, or shows another text under the same number. */
  changed(file: File): void
  aside(file: File): void
  /** Its mode, owner or times were set. */
  shown(node: Node): void
  wrote(file: File, offset: number, data: Buffer): void
  truncated(file: File): void
  /** Its whole text is to become a version. */
  dirty(file: File): void
  /** Closed: the text becomes a version, whatever happens to this process. */
  staged(file: File): void
  /** The staged text became an operation, or nothing. */
  unstaged(file: File): void
  /** Resolves when all of it is on disk. */
  sync(): Promise<void>
}

/** One mount: what it shows, and what it owes the store. */
export interface View {
  readonly options: ViewOptions
  readonly tree: Tree
  readonly replica: Replica
  readonly handles: Handles
  readonly holds: Holds
  readonly outbox: Outbox
  readonly journal: Journal
  readonly problems: Problems
  /** Memories whose place in the tree is taken by something of this mount, tried again later. */
  readonly blocked: Set<MemoryId>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly notify: (notice: Notice) => void
  /** Keeps a text that the store refused for good. @returns where */
  readonly keepRefused: (path: string, text: Buffer) => string | undefined
  /** The state of the mount as text, for `.palimpsest/status`. */
  readonly statusText: () => string
  agreement: Agreement | undefined
  /** Why nothing can be written any more; undefined while the store takes writes. */
  writesEnded: string | undefined
}

/** @throws Refusal EROFS */
export function checkWritable(view: View): void {
  if (view.options.isReadOnly) throw new Refusal(errno.readOnly, 'the mount is read-only')
  if (view.writesEnded !== undefined) throw new Refusal(errno.readOnly, view.writesEnded)
}

/**
 * Seconds the kernel believes what it was told: it is told when that changes, this is a backstop.
 */
export const validSeconds = 3_600

export function present(view: Pick<View, 'options' | 'clock'>, type: Node['type']): Presentation {
  const now = view.clock()
  const { uid, gid } = view.options
  const mode = type === 'directory' ? 0o755 : 0o644
  return { mode, uid, gid, atimeMs: now, mtimeMs: now, ctimeMs: now, isSet: false }
}
