import type { CurrentLease, ErrorCode, LimitCode, Problem } from '../domain/errors.ts'
import { decodeMicrosecondsOrUndefined, encodeMicroseconds } from './timestamp.ts'

/** The error body of every answer that is not a success (contract §3.1). */
export interface WireError {
  type: 'error'
  error: WireErrorObject
  request_id: string | null
}

export interface WireErrorObject {
  type: WireErrorType
  message: string
  details?: WireErrorDetails
  conflicting_memory_id?: string
  conflicting_path?: string
}

export interface WireErrorDetails {
  error_code: string
  error_visibility?: 'user_facing'
  current_state?: {
    type: 'work_heartbeat'
    state: string
    last_heartbeat: string | null
    lease_extended: false
    ttl_seconds: number
  }
}

export type WireErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'conflict_error'
  | 'memory_precondition_failed_error'
  | 'memory_path_conflict_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'api_error'
  | 'overloaded_error'

interface Translation {
  readonly status: number
  readonly type: WireErrorType
  /** `details.error_code`, where the type alone does not say which problem it is. */
  readonly detail?: string
  /**
   * `x-should-retry`: without it official clients send every 409 and 5xx three times (§2.7), and
   * what is sure to fail again need not be sent again.
   */
  readonly retry?: boolean
}

/**
 * The door's dictionary: every problem has an answer, or this does not compile. Beyond the
 * contract's own table: `storage_full` is 500 `api_error` and not to be retried at once;
 * `unavailable` is the documented "overloaded" answer, 529, which clients and workers come back
 * after.
 */
export const translations: Record<ErrorCode, Translation> = {
  invalid: { status: 400, type: 'invalid_request_error' },
  archived: { status: 400, type: 'invalid_request_error', detail: 'memory_store_archived' },
  head_version: { status: 400, type: 'invalid_request_error', detail: 'memory_version_is_head' },
  limit: { status: 400, type: 'invalid_request_error' },
  unauthenticated: { status: 401, type: 'authentication_error' },
  forbidden: { status: 403, type: 'permission_error' },
  not_found: { status: 404, type: 'not_found_error' },
  precondition_failed: { status: 409, type: 'memory_precondition_failed_error', retry: false },
  path_conflict: { status: 409, type: 'memory_path_conflict_error', retry: false },
  conflict: { status: 409, type: 'conflict_error', retry: true },
  stale_version: { status: 409, type: 'conflict_error', detail: 'stale_version', retry: false },
  busy: { status: 409, type: 'conflict_error', detail: 'busy', retry: false },
  heartbeat_mismatch: { status: 412, type: 'invalid_request_error', retry: false },
  too_large: { status: 413, type: 'request_too_large' },
  rate_limited: { status: 429, type: 'rate_limit_error' },
  storage_full: { status: 500, type: 'api_error', detail: 'storage_full', retry: false },
  unavailable: { status: 529, type: 'overloaded_error', detail: 'unavailable', retry: true },
  internal: { status: 500, type: 'api_error' },
}

/** An error answer, ready to be sent. */
export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: WireError
}

export function encodeError(problem: Problem, requestId: string): ErrorAnswer {
  const { status, type, detail, retry } = translations[problem.code]
  const error: WireErrorObject = { type, message: problem.message }
  const headers: Record<string, string> = {}
  if (detail !== undefined) error.details = { error_code: detail }
  if (retry !== undefined) headers['x-should-retry'] = String(retry)
  switch (problem.code) {
    case 'invalid':
      if (problem.detail !== undefined) error.details = { error_code: problem.detail }
      break
    case 'heartbeat_mismatch':
      error.details = heartbeatDetails(problem.current)
      break
    case 'limit':
      error.details = { error_code: problem.limit }
      break
    case 'path_conflict':
      error.conflicting_memory_id = problem.conflictingMemoryId
      error.conflicting_path = problem.conflictingPath
      if (problem.conflictingMemoryId === '') headers['x-should-retry'] = 'true'
      break
    case 'rate_limited':
      headers['retry-after'] = String(Math.max(1, Math.ceil(problem.retryAfterSeconds)))
      break
    case 'unavailable':
      headers['retry-after'] = '1'
      break
    case 'internal':
      // Whatever broke, its words may hold content, statements or paths of the machine.
      error.message = 'internal error'
      break
    default:
  }
  return { status, headers, body: { type: 'error', error, request_id: requestId } }
}

function heartbeatDetails(current: CurrentLease): WireErrorDetails {
  const { state, lastHeartbeat, ttlSeconds } = current
  return {
    error_code: 'heartbeat_precondition_failed',
    error_visibility: 'user_facing',
    current_state: {
      type: 'work_heartbeat',
      state,
      last_heartbeat: lastHeartbeat === undefined ? null : encodeMicroseconds(lastHeartbeat),
      lease_extended: false,
      ttl_seconds: ttlSeconds,
    },
  }
}

const limitCodes: Record<LimitCode, true> = {
  memory_store_full: true,
  memory_store_bytes_exceeded: true,
  memory_versions_exceeded: true,
  memory_stores_exceeded: true,
}

const codes: Record<WireErrorType, ErrorCode> = {
  invalid_request_error: 'invalid',
  authentication_error: 'unauthenticated',
  permission_error: 'forbidden',
  not_found_error: 'not_found',
  conflict_error: 'conflict',
  memory_precondition_failed_error: 'precondition_failed',
  memory_path_conflict_error: 'path_conflict',
  request_too_large: 'too_large',
  rate_limit_error: 'rate_limited',
  api_error: 'internal',
  overloaded_error: 'unavailable',
}

/**
 * The problem in an error answer: the client's half of `encodeError`. What cannot be read (a
 * proxy's page, a type from the future) is told apart by its status alone.
 */
export function decodeError(status: number, json: unknown, retryAfter?: string | null): Problem {
  const { error } = (typeof json === 'object' && json !== null ? json : {}) as Partial<WireError>
  const message = error?.message ?? `the server answered with status ${status}`
  const code = codeOf(status, error)
  switch (code) {
    case 'invalid': {
      const detail = error?.details?.error_code
      return detail === undefined ? { code, message } : { code, message, detail }
    }
    case 'limit':
      return { code, message, limit: error?.details?.error_code as LimitCode }
    case 'path_conflict':
      return {
        code,
        message,
        conflictingMemoryId: error?.conflicting_memory_id ?? '',
        conflictingPath: error?.conflicting_path ?? '',
      }
    case 'heartbeat_mismatch': {
      const current = error?.details?.current_state
      const lastHeartbeat = decodeMicrosecondsOrUndefined(current?.last_heartbeat)
      const ttlSeconds = current?.ttl_seconds ?? 0
      return { code, message, current: { state: current?.state ?? '', lastHeartbeat, ttlSeconds } }
    }
    case 'rate_limited':
      return { code, message, retryAfterSeconds: Number(retryAfter ?? 1) || 1 }
    default:
      return { code, message }
  }
}

function codeOf(status: number, error: WireErrorObject | undefined): ErrorCode {
  const detail = error?.details?.error_code
  if (detail !== undefined && Object.hasOwn(limitCodes, detail)) return 'limit'
  if (status === 412) return 'heartbeat_mismatch'
  for (const [code, translation] of Object.entries(translations)) {
    if (detail !== undefined && translation.detail === detail) return code as ErrorCode
  }
  if (error !== undefined && Object.hasOwn(codes, error.type)) return codes[error.type]
  return codeOfStatus(status)
}

function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'unauthenticated'
    case 403:
      return 'forbidden'
    case 404:
      return 'not_found'
    case 409:
      return 'conflict'
    case 413:
      return 'too_large'
    case 429:
      return 'rate_limited'
    case 502:
    case 503:
    case 504:
    case 529:
      return 'unavailable'
    default:
      return status >= 500 ? 'internal' : 'invalid'
  }
}
