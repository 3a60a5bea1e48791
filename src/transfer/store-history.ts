import type { Entry } from './entry.ts'

/** A store of some server as a history. */
export interface StoreHistory {
  /** The sequence up to which it is told; what happens meanwhile is left for the next time. */
  readonly seq: number
  /** From here on it is complete: before, retention took versions. */
  readonly historyFrom: number
  /** How many changes it has, for a progress bar. */
  readonly count: number
  /** In order, without content. */
  outline(after: number): AsyncIterable<Entry>
  /** In order, with content. */
  entries(after: number): AsyncIterable<Entry>
  /** Ids of redacted versions, where entries do not tell of each redaction. */
  readonly redacted: ReadonlySet<string>
}
