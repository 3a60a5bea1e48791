import type { Operation } from './operation.ts'
import type { ReplicaLog } from './replica.ts'
import type { TreeLog } from './tree.ts'
import type { Journal } from './view.ts'

/**
 * A journal as the mount keeps it: also the tree, and the operations on their way to the server.
 */
export interface MountJournal extends Journal, TreeLog, ReplicaLog {
  /** The mount shows this sequence of the store, and every change before it. */
  applied(seq: number): void
  /** @param after a sequence of the store before the operation can have happened */
  submitted(operation: Operation, after: number): void
  /**
   * Done or refused: nothing is owed any more.
   * @param seq a sequence by which it was, and what came before it
   */
  settled(operation: Operation, seq: number): void
  /** Keeps a text that was refused for good. @returns where */
  keepRefused(path: string, text: Buffer): string | undefined
  close(): void
}

const nothing = () => undefined

/** For a mount that cannot write, and for one that nobody will miss. */
export const noJournal: MountJournal = {
  inOne: (tell) => tell(),
  attached: nothing,
  detached: nothing,
  dropped: nothing,
  claimed: nothing,
  identified: nothing,
  committed: nothing,
  uncommitted: nothing,
  applied: nothing,
  changed: nothing,
  aside: nothing,
  shown: nothing,
  wrote: nothing,
  truncated: nothing,
  dirty: nothing,
  staged: nothing,
  unstaged: nothing,
  sync: () => Promise.resolve(),
  submitted: nothing,
  settled: nothing,
  keepRefused: nothing,
  close: nothing,
}
