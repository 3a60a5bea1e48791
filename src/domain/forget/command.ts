import type { SessionId, WorkspaceId } from '../ids.ts'
/** A row without the text that was found in it: columns as they were, and as they have to be. */
export interface TextChange {
  readonly key: string | number
  readonly before: Readonly<Record<string, string | null>>
  readonly after: Readonly<Record<string, string | null>>
}

/**
 * Replaces text in rows of one place, those of one owner, where they are still as they were read:
 * looking for it takes long for a long text, and the writer has only to compare.
 */
export interface RedactTexts {
  readonly type: 'redact_texts'
  readonly workspaceId: WorkspaceId
  readonly place: string
  /** Whose rows: of a session nothing is touched while it runs. */
  readonly owner: string
  readonly changes: readonly TextChange[]
}

/** Removes a slice of a session that does not run; answers whether nothing is left of it. */
export interface ForgetSession {
  readonly type: 'forget_session'
  readonly workspaceId: WorkspaceId
  readonly sessionId: SessionId
}

/** Writes down how far a forgetting came; with a receipt, that it came to its end. */
export interface SaveForgetting {
  readonly type: 'save_forgetting'
  readonly workspaceId: WorkspaceId
  readonly id: string
  readonly seal: string
  readonly startedAt: number
  readonly finishedAt: number | undefined
  /** JSON of an `ErasedRecord`, or of the receipt once it is finished. */
  readonly body: string
}

export type ForgetCommand = RedactTexts | ForgetSession | SaveForgetting

export interface ForgetAnswers {
  redact_texts: undefined
  forget_session: boolean
  save_forgetting: undefined
}
