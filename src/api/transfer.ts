import type { Capability } from '../domain/caller.ts'
import type { HistoryEntry } from '../domain/memory/version.ts'

/** The verbs about histories that leave a store or come into one. */
export interface TransferApi {
  /** One page of everything that can be told of a store's changes, content included. */
  exportHistory(input: ExportHistoryInput): Promise<HistoryPage>
  /**
   * Changes of another source, each with what that source says of it: all of them happen, or none.
   * They are new changes of this store, made now, by the caller, through the door `import`.
   */
  importHistory(input: ImportHistoryInput): Promise<Imported>
}

export type TransferVerb = keyof TransferApi

export interface ExportHistoryInput {
  readonly storeId: string
  /** A sequence; 0 (default) starts at the oldest retained change. */
  readonly after?: number | undefined
  /** 1 to 1,000; default 100. A page ends sooner when its content has 4 MB. */
  readonly limit?: number | undefined
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[]
  /** Hand it back as `after` to go on: the sequence up to which this page is complete. */
  readonly seq: number
}

/** Memories are named by the path at which they live when the operation runs. */
export type ImportOperation =
  | {
      readonly type: 'create'
      readonly path: unknown
      readonly content: unknown
      readonly claimed: unknown
    }
  | {
      readonly type: 'update'
      readonly at: unknown
      /** undefined or null keeps. */
      readonly content?: unknown
      readonly path?: unknown
      readonly claimed: unknown
    }
  | { readonly type: 'delete'; readonly at: unknown; readonly claimed: unknown }
  /** Moves a directory; one claim for each memory in it, in byte order of their paths. */
  | {
      readonly type: 'move'
      readonly from: unknown
      readonly to: unknown
      readonly claims: readonly unknown[]
    }
  /** Redacts a version of this store. It has to be the only operation of its import. */
  | {
      readonly type: 'redact'
      readonly versionId: string
      readonly reason?: unknown
      readonly claimed: unknown
    }

export interface ImportHistoryInput {
  readonly storeId: string
  /** The sequence of the store's newest change: nothing happens when it is another by now. */
  readonly expectedSeq: number
  /** 1 to 1,000. */
  readonly operations: readonly ImportOperation[]
}

export interface Imported {
  /** The store's sequence afterwards. */
  readonly seq: number
}

export const transferNeeds: Record<TransferVerb, Capability> = {
  exportHistory: 'read',
  importHistory: 'admin',
}
