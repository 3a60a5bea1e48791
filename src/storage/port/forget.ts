import type { TextChange } from '../../domain/forget/command.ts'
import type { Words } from '../../domain/forget/words.ts'

/** Where text is kept outside of memories, and what was forgotten before. */
export interface ForgetReads {
  /** The names of the places, in the order in which they are walked. */
  readonly places: readonly string[]
  /** Whose rows a place holds: those of sessions and stores can be looked for one by one. */
  isOfSessions(place: string): boolean
  isOfStores(place: string): boolean
  /** Rows of a place that are changed together at most. */
  changesMax(place: string): number
  /** Rows that hold one of the texts, a slice at a time. */
  texts(query: TextQuery): Promise<TextSlice>
  /** What has to become of some of them. */
  changes(query: ChangesOfTexts): Promise<readonly TextChange[]>
  /** The run of this subject that was begun and did not come to its end. */
  openRun(workspaceId: string, seal: string): Promise<ForgetRun | undefined>
  /** Those that came to their end, newest first, below an id. */
  finishedRuns(
    workspaceId: string,
    beforeId: string | undefined,
    limit: number,
  ): Promise<ForgetRun[]>
}

export interface ForgetRun {
  readonly id: string
  readonly startedAt: number
  /** JSON. */
  readonly body: string
}

export interface TextQuery {
  readonly workspaceId: string
  readonly place: string
  /** Only rows of this one. */
  readonly owner: string | undefined
  readonly words: Words
  readonly after: TextCursor | undefined
}

export interface ChangesOfTexts {
  readonly place: string
  readonly owner: string
  /** As many as `changesMax` says at most. */
  readonly keys: readonly (string | number)[]
  readonly words: Words
}

export interface TextCursor {
  readonly owner: string
  readonly key: string | number
}

export interface TextSlice {
  readonly rows: readonly TextRow[]
  /** Undefined: that was all. */
  readonly next: TextCursor | undefined
}

export interface TextRow {
  readonly key: string | number
  /** What a receipt calls it: an id, or a number. */
  readonly name: string | number
  readonly owner: string
}

/** What a forgetting needs of an engine besides commands. */
export interface Forgetting extends ForgetReads {
  /**
   * Destroys the bytes of what was erased before the call, as far as the engine can. Resolves when
   * they are gone.
   * @throws DomainError `unavailable` when it could not be done now
   */
  destroyErased(): Promise<void>
  /** Where the engine cannot reach copies of what it erased. */
  readonly unreachable: readonly string[]
}
