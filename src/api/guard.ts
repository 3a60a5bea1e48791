import type { Capability } from '../domain/caller.ts'
import type { BackupStep, VerifyStep } from '../domain/guard/steps.ts'

/**
 * The verbs about a whole installation, for its operator. What they give are steps, the last one
 * the result; the signal gives the work up.
 */
export interface GuardApi {
  /** Copies the database, while it serves, to a new file on the server's machine. */
  streamBackup(input: BackupInput): AsyncIterable<BackupStep>
  /** Holds everything that is stored to its rules. */
  streamVerification(input: VerificationInput): AsyncIterable<VerifyStep>
}

export type GuardVerb = keyof GuardApi

export interface BackupInput {
  /** An absolute path that ends with ".db" and is not taken. */
  readonly file: unknown
  readonly signal: AbortSignal
}

export interface VerificationInput {
  readonly signal: AbortSignal
}

export const guardNeeds: Record<GuardVerb, Capability> = {
  streamBackup: 'admin',
  streamVerification: 'admin',
}
