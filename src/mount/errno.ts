import type { ErrorCode } from '../domain/errors.ts'

/** Error numbers of Linux, by what they say. */
export const errno = {
  notPermitted: 1,
  noEntry: 2,
  io: 5,
  badHandle: 9,
  access: 13,
  exists: 17,
  crossDevice: 18,
  notDirectory: 20,
  isDirectory: 21,
  invalid: 22,
  tooManyFiles: 24,
  noTerminal: 25,
  fileTooLarge: 27,
  noSpace: 28,
  readOnly: 30,
  nameTooLong: 36,
  notImplemented: 38,
  notEmpty: 39,
  illegalSequence: 84,
  notSupported: 95,
  stale: 116,
  quota: 122,
} as const

export type Errno = (typeof errno)[keyof typeof errno]

/** What a program hears of a refusal that the store made. */
export const errnoOf: Record<ErrorCode, Errno> = {
  invalid: errno.invalid,
  archived: errno.readOnly,
  head_version: errno.notPermitted,
  limit: errno.quota,
  unauthenticated: errno.access,
  forbidden: errno.access,
  not_found: errno.noEntry,
  precondition_failed: errno.stale,
  path_conflict: errno.exists,
  conflict: errno.io,
  too_large: errno.fileTooLarge,
  rate_limited: errno.io,
  storage_full: errno.io,
  unavailable: errno.io,
  internal: errno.io,
  // Of sessions and their work, which no mount asks for.
  busy: errno.io,
  stale_version: errno.stale,
  heartbeat_mismatch: errno.io,
}

const names: Partial<Record<Errno, string>> = {
  [errno.io]: 'EIO',
  [errno.access]: 'EACCES',
  [errno.exists]: 'EEXIST',
  [errno.invalid]: 'EINVAL',
  [errno.fileTooLarge]: 'EFBIG',
  [errno.noSpace]: 'ENOSPC',
  [errno.readOnly]: 'EROFS',
  [errno.nameTooLong]: 'ENAMETOOLONG',
  [errno.illegalSequence]: 'EILSEQ',
  [errno.stale]: 'ESTALE',
  [errno.quota]: 'EDQUOT',
  [errno.notPermitted]: 'EPERM',
  [errno.noEntry]: 'ENOENT',
  [errno.tooManyFiles]: 'EMFILE',
  [errno.crossDevice]: 'EXDEV',
  [errno.notSupported]: 'EOPNOTSUPP',
}

export function errnoName(number: Errno): string {
  return names[number] ?? `errno ${number}`
}

/** Why a request fails: what the program hears, and the sentence an agent can read. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly errno: Errno

  constructor(number: Errno, reason: string) {
    super(reason)
    this.errno = number
  }
}
