import type { WireError, WireErrorType } from '../../wire/error.ts'

/** An answer that is not a success, or no answer at all. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** 0 when the server could not be reached. */
  readonly status: number
  readonly type: WireErrorType | 'unreachable'
  /** `details.error_code`, where the type alone does not say which problem it is. */
  readonly detail: string | undefined
  readonly conflictingPath: string | undefined
  readonly conflictingId: string | undefined
  readonly requestId: string | undefined

  constructor(status: number, body: Partial<WireError>) {
    super(body.error?.message ?? fallback(status))
    this.status = status
    this.type = body.error?.type ?? (status === 0 ? 'unreachable' : 'api_error')
    this.detail = body.error?.details?.error_code
    this.conflictingPath = body.error?.conflicting_path
    this.conflictingId = body.error?.conflicting_memory_id
    this.requestId = body.request_id ?? undefined
  }
}

function fallback(status: number): string {
  if (status === 0) return 'The server cannot be reached.'
  return `The server answered with status ${status}.`
}

/** What people read: the server's sentence, as a sentence. */
export function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const sentence = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}

export function isGone(error: unknown): boolean {
  return error instanceof Failure && error.status === 404
}

/** Somebody else was faster: the content is not what the precondition says. */
export function isOutrun(error: unknown): boolean {
  return error instanceof Failure && error.type === 'memory_precondition_failed_error'
}

/** The store is no longer what a plan was made for. */
export function isStale(error: unknown): boolean {
  return error instanceof Failure && error.detail === 'stale_version'
}
