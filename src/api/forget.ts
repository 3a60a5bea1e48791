import type { Capability } from '../domain/caller.ts'
import type { RawSubject } from '../domain/forget/subject.ts'
import type { Receipt, SigningKey } from '../domain/forget/receipt.ts'
import type { Page } from '../domain/page.ts'

/** The verbs that erase everything about a subject, and prove it. */
export interface ForgetApi {
  /**
   * Finds what bears the marks of a subject in a workspace, and erases it unless `dryRun`. One that
   * was interrupted is done again, and finishes.
   */
  forget(input: ForgetInput): Promise<ForgetOutcome>
  /** Newest first. */
  listForgetReceipts(input: ForgetReceiptsInput): Promise<Page<Receipt>>
  /** The public half of the key that signs receipts. */
  getSigningKey(): Promise<SigningKey>
}

export type ForgetVerb = keyof ForgetApi

export interface ForgetInput {
  readonly subject: RawSubject
  readonly dryRun?: unknown
  readonly reason?: unknown
  /** Without it, that of the caller; others are for the operator. */
  readonly workspaceId?: string | undefined
}

export type ForgetOutcome =
  | ({ readonly type: 'preview' } & ForgetPreview)
  | { readonly type: 'receipt'; readonly receipt: Receipt }

/** What would be erased. */
export interface ForgetPreview {
  readonly stores: readonly FoundStore[]
  readonly memories: readonly FoundMemory[]
  readonly sessions: readonly string[]
  readonly redacted: readonly FoundRows[]
  /** Sessions that run now: nothing is erased before they rest. */
  readonly running: readonly string[]
  readonly kept: readonly { readonly id: string; readonly why: string }[]
}

export interface FoundStore {
  readonly id: string
  readonly name: string
  readonly memories: number
  readonly versions: number
}

export interface FoundMemory {
  readonly storeId: string
  readonly memoryId: string
  /** Its newest that is known. */
  readonly path: string
  readonly versions: number
}

/** Rows outside of memories whose text would be replaced by a mark. */
export interface FoundRows {
  readonly place: string
  readonly owner: string
  readonly rows: readonly string[]
}

export interface ForgetReceiptsInput {
  readonly limit?: number | undefined
  readonly page?: string | undefined
  readonly workspaceId?: string | undefined
}

export const forgetNeeds: Record<ForgetVerb, Capability> = {
  forget: 'admin',
  listForgetReceipts: 'admin',
  getSigningKey: 'read',
}
