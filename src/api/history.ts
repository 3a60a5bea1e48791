import type { Capability } from '../domain/caller.ts'
import type { Blame } from '../domain/history/blame.ts'
import type { Diff } from '../domain/history/diff.ts'
import type { Moment } from '../domain/history/moment.ts'
import type { Plan } from '../domain/history/plan.ts'
import type { StoreId, VersionId } from '../domain/ids.ts'
import type { ListItem, Memory } from '../domain/memory/memory.ts'
import type { Change, Version } from '../domain/memory/version.ts'
import type { Page } from '../domain/page.ts'

/**
 * The verbs about what was: reading a store as of a moment, what happened in it, and taking it
 * back. A moment is a time (everything changed at or before it) or a sequence, at most one of them;
 * neither is now.
 * @throws DomainError `invalid` with the detail `moment_before_history` for a moment of which
 * retention has removed something
 */
export interface HistoryApi {
  /** Which change a moment comes after, and from when on the history is complete. */
  getMoment(input: MomentOfStoreInput): Promise<MomentReport>
  /** A store as it was. What was redacted since is left out: its path is not known any more. */
  listMemoriesAsOf(input: ListAsOfInput): Promise<Page<ListItem>>
  /** One memory as it was, by its id or by the path it had then. */
  getMemoryAsOf(input: MemoryAsOfInput): Promise<Memory>
  /** What happened, newest first. */
  listLog(input: ListLogInput): Promise<Page<LogEntry>>
  /** Who wrote each line of a memory, and in which version. */
  getBlame(input: BlameInput): Promise<Blame>
  /** What differs between two versions, two moments, or two stores. */
  getDiff(input: DiffInput): Promise<Diff>
  /** Brings a memory, a directory or a whole store back to what it was, as new versions. */
  restore(input: RestoreInput): Promise<Plan>
  /** Takes back what one actor wrote and keeps what others wrote since. */
  revert(input: RevertInput): Promise<Plan>
  /**
   * As `redactVersion`, and the log says why. What is redacted already keeps the reason that it was
   * redacted for.
   */
  redactWithReason(input: RedactWithReasonInput): Promise<Version>
}

export type HistoryVerb = keyof HistoryApi

interface OfStore {
  readonly storeId: string
}

/** At most one of them; milliseconds since 1970, or a sequence of the store. */
interface AtMoment {
  readonly at?: number | undefined
  readonly atSeq?: number | undefined
}

interface Paged {
  /** 1 to 100; 20 when not given. */
  readonly limit?: number | undefined
  readonly page?: string | undefined
}

export interface MomentOfStoreInput extends OfStore, AtMoment {}

export interface MomentReport extends Moment {
  readonly storeId: StoreId
  /** Whether everything at this moment can still be read. */
  readonly isComplete: boolean
  /** The history is complete from this sequence on. */
  readonly historyFrom: number
  /** The first time from which on it is complete; undefined when only the present is. */
  readonly historyFromAt: number | undefined
  /** The newest change. */
  readonly headSeq: number
  readonly headAt: number
}

export interface ListAsOfInput extends OfStore, AtMoment, Paged {
  readonly pathPrefix?: string | undefined
  /** 0 (default): everything below; 1: direct children, the rest rolled up. */
  readonly depth?: number | undefined
  /** Default `basic`. */
  readonly view?: 'basic' | 'full' | undefined
}

export interface MemoryAsOfInput extends OfStore, AtMoment {
  /** Exactly one of path and id. */
  readonly path?: unknown
  readonly memoryId?: string | undefined
  /** Default `full`. */
  readonly view?: 'basic' | 'full' | undefined
}

export interface ListLogInput extends OfStore, Paged {
  /** What is, or was before the change, exactly here. */
  readonly path?: unknown
  /** What is, or was before the change, below this directory. */
  readonly pathPrefix?: string | undefined
  readonly memoryId?: string | undefined
  /** The id of a key, a session, a person or a service account. */
  readonly actor?: string | undefined
  readonly sessionId?: string | undefined
  readonly apiKeyId?: string | undefined
  /** Kinds of changes: any of them. */
  readonly operations?: readonly string[] | undefined
  /** Inclusive bounds in milliseconds since 1970. */
  readonly createdFrom?: number | undefined
  readonly createdTo?: number | undefined
}

/** A change, and the version that the change came after. */
export interface LogEntry extends Change {
  /** Undefined for the first version of a memory, and where it was removed by retention. */
  readonly previousVersionId: VersionId | undefined
}

export interface BlameInput extends OfStore, AtMoment {
  /** Exactly one of the three; a version is blamed as it was written. */
  readonly path?: unknown
  readonly memoryId?: string | undefined
  readonly versionId?: string | undefined
}

export interface DiffInput extends OfStore, Paged {
  /** Two versions of the store. */
  readonly fromVersion?: string | undefined
  readonly toVersion?: string | undefined
  /** Or two moments: `from` is required, `to` is now when it is not given. */
  readonly fromAt?: number | undefined
  readonly fromSeq?: number | undefined
  readonly toAt?: number | undefined
  readonly toSeq?: number | undefined
  /** Compares with this store, in which `to` then is; `from` is now when it is not given. */
  readonly toStoreId?: string | undefined
  /** A memory, or everything below it. */
  readonly path?: unknown
  readonly pathPrefix?: string | undefined
  /** Lines around what changed: 0 to 100, 3 when not given. */
  readonly context?: number | undefined
}

interface Planned {
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean | undefined
  /** Refuses with `stale_version` when the store has changed since this sequence. */
  readonly expectedSeq?: number | undefined
}

export interface RestoreInput extends OfStore, AtMoment, Planned {
  /** Instead of a moment: this version's memory becomes again what it was in this version. */
  readonly versionId?: string | undefined
  /** At most one of the three; without any the whole store. */
  readonly memoryId?: string | undefined
  /** What lives, or lived then, at this path or below it. */
  readonly path?: unknown
  /** What lives, or lived then, below this directory. */
  readonly pathPrefix?: string | undefined
}

export interface RevertInput extends OfStore, Planned {
  /** Exactly one of them. */
  readonly sessionId?: string | undefined
  readonly apiKeyId?: string | undefined
  readonly actor?: string | undefined
  /** Inclusive bounds of what is taken back: times, or sequences. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly sinceSeq?: number | undefined
  readonly untilSeq?: number | undefined
  /** Only memories that live, or lived when the actor wrote them, below this directory. */
  readonly pathPrefix?: string | undefined
}

export interface RedactWithReasonInput extends OfStore {
  readonly versionId: string
  /** 1 to 200 characters on one line, which repeat neither path nor text of the version. */
  readonly reason?: unknown
}

export const historyNeeds: Record<HistoryVerb, Capability> = {
  getMoment: 'read',
  listMemoriesAsOf: 'read',
  getMemoryAsOf: 'read',
  listLog: 'read',
  getBlame: 'read',
  getDiff: 'read',
  restore: 'write',
  revert: 'write',
  redactWithReason: 'admin',
}
