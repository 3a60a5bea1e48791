/** Which capacity limit refused a write; clients read it as `error.details.error_code`. */
export type LimitCode =
  | 'memory_store_full'
  | 'memory_store_bytes_exceeded'
  | 'memory_versions_exceeded'
  | 'memory_stores_exceeded'

/** How a work item stands, for a worker whose heartbeat was refused. */
export interface CurrentLease {
  readonly state: string
  /** Microseconds. */
  readonly lastHeartbeat: number | undefined
  readonly ttlSeconds: number
}

/**
 * Why something was refused, as plain data: it crosses threads, and every door translates it by an
 * exhaustive table over `code`. `message` is for people; nothing branches on it.
 */
export type Problem =
  /** The input breaks a rule; `field` names the offending field as the wire spells it. */
  | {
      readonly code: 'invalid'
      readonly message: string
      readonly field?: string
      /** Tells this case apart for programs, as `error.details.error_code`. */
      readonly detail?: string
    }
  /** The store is archived: reads, deletes and redaction go on, creates and updates do not. */
  | { readonly code: 'archived'; readonly message: string }
  /** The version is the head of a live memory, which cannot be redacted. */
  | { readonly code: 'head_version'; readonly message: string }
  | { readonly code: 'limit'; readonly message: string; readonly limit: LimitCode }
  | { readonly code: 'unauthenticated'; readonly message: string }
  | { readonly code: 'forbidden'; readonly message: string }
  | { readonly code: 'not_found'; readonly message: string }
  /** The caller's expected hash is not the current one. Never reveals the current one. */
  | { readonly code: 'precondition_failed'; readonly message: string }
  /** `conflictingMemoryId` is empty when the memory in the way could not be identified: retry. */
  | {
      readonly code: 'path_conflict'
      readonly message: string
      readonly conflictingMemoryId: string
      readonly conflictingPath: string
    }
  /** Two writers kept losing to each other; retrying helps. */
  | { readonly code: 'conflict'; readonly message: string }
  /** The caller's version is not the newest: read again, then retry. */
  | { readonly code: 'stale_version'; readonly message: string }
  /** What is asked for has to wait for something that runs; asking again at once does not help. */
  | { readonly code: 'busy'; readonly message: string }
  /** A heartbeat that does not follow the last one: somebody else may hold the lease. */
  | {
      readonly code: 'heartbeat_mismatch'
      readonly message: string
      readonly current: CurrentLease
    }
  | { readonly code: 'too_large'; readonly message: string }
  | { readonly code: 'rate_limited'; readonly message: string; readonly retryAfterSeconds: number }
  /**
   * The disk is full or read-only; nothing was stored, and writing works again once that is mended.
   */
  | { readonly code: 'storage_full'; readonly message: string }
  /** Stopping, not ready, or the database cannot be reached. */
  | { readonly code: 'unavailable'; readonly message: string }
  | { readonly code: 'internal'; readonly message: string }

export type ErrorCode = Problem['code']

/**
 * The one error class of the domain: an expected refusal, thrown where there is no value to return.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options)
    this.problem = problem
  }

  get code(): ErrorCode {
    return this.problem.code
  }
}

/**
 * A refusal because `field` breaks a rule; `rule` completes the sentence that begins with the
 * field.
 */
export function invalid(field: string, rule: string): DomainError {
  return new DomainError({ code: 'invalid', message: `${field}: ${rule}`, field })
}

export function notFound(what: string): DomainError {
  return new DomainError({ code: 'not_found', message: `${what} not found` })
}

export function forbidden(message: string): DomainError {
  return new DomainError({ code: 'forbidden', message })
}
