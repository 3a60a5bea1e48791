import type { ErrorCode } from '../domain/errors.ts'
import type { ExitCode } from './command.ts'

/** How a command ends that was refused. */
export const exitCodes: Record<ErrorCode, ExitCode> = {
  invalid: 1,
  archived: 1,
  head_version: 1,
  limit: 1,
  unauthenticated: 5,
  forbidden: 5,
  not_found: 3,
  precondition_failed: 4,
  path_conflict: 4,
  conflict: 4,
  stale_version: 4,
  busy: 4,
  heartbeat_mismatch: 4,
  too_large: 1,
  rate_limited: 1,
  storage_full: 1,
  unavailable: 1,
  internal: 1,
}
