// What long work on a whole installation says while it runs: plain data, which crosses threads.

/** What can be wrong with what is stored; each is a rule that every write keeps. */
export const findingRules = [
  /** The database itself: pages, indexes, and content that nothing refers to. */
  'database',
  /** Bytes are not those of their SHA-256, or of another length. */
  'content',
  /** A live memory is not its newest version. */
  'head',
  /** A counter is not what it counts. */
  'tally',
  /** Changes of a store are not numbered densely, or time runs backwards. */
  'sequence',
  /** Versions of a memory do not follow each other. */
  'chain',
  /** A path is not valid, or runs through another memory. */
  'path',
  /** What a redaction or deletion must have erased is there. */
  'erased',
  /** The log of a session is out of order, or its state does not follow from it. */
  'session',
  /** A webhook or a delivery is not what it is filed as, or has come further than its store. */
  'webhook',
  /** Something belongs to what is not there. */
  'reference',
] as const
export type FindingRule = (typeof findingRules)[number]

export interface Finding {
  readonly rule: FindingRule
  /** Ids, never content or paths: `memstore_…`, or `memstore_… seq 7`. */
  readonly where: string
  readonly message: string
}

/** How much was looked at. */
export interface VerifyCounts {
  readonly stores: number
  readonly memories: number
  readonly versions: number
  readonly contentBytes: number
  readonly sessions: number
  readonly events: number
}

export type VerifyStep =
  | ({ readonly type: 'progress'; readonly storesTotal: number } & VerifyCounts)
  | ({ readonly type: 'finding' } & Finding)
  /** The last one. `findings` counts all of them, also those that were too many to tell. */
  | ({ readonly type: 'verified'; readonly findings: number } & VerifyCounts)

export type BackupStep =
  | { readonly type: 'progress'; readonly bytes: number; readonly bytesTotal: number }
  /** The copy is read again before it gets its name. */
  | { readonly type: 'checking'; readonly bytes: number }
  /** The last one. */
  | {
      readonly type: 'done'
      readonly file: string
      readonly bytes: number
      readonly sha256: string
    }

/** Findings that are told one by one; more are only counted. */
export const findingsToldMax = 1_000
