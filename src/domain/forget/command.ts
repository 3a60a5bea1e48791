import type { SessionId, WorkspaceId } from '../ids.ts'
import type { Words } from './words.ts'

/** Replaces text in rows of one place by a mark, those of one owner. */
export interface RedactTexts {
  readonly type: 'redact_texts'
  readonly workspaceId: WorkspaceId
  readonly place: string
  /** Whose rows: of a session nothing is touched while it runs. */
  readonly owner: string
  readonly keys: readonly (string | number)[]
  readonly words: Words
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
  /** The rows that were changed. */
  redact_texts: readonly string[]
  forget_session: boolean
  save_forgetting: undefined
}
