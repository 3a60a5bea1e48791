import type { Problem } from '../domain/errors.ts'
import type { WorkspaceId } from '../domain/ids.ts'
import type { Principal } from './door.ts'

/** A request that stays open: a stream, or a wait for the next change. */
export interface LiveRequest {
  readonly secret: string
  readonly workspaceId: WorkspaceId
  /** Called often; a stream that has been silent for long says something. */
  tick(): void
  /** @param problem why it ends, undefined when the server closes */
  end(problem: Problem | undefined): void
}

/**
 * Keeps asking whether the credentials of open requests are still good, so that revoking a key ends
 * its streams within a second, and gives them a clock.
 */
export class LiveRequests {
  readonly #authenticate: (secret: string) => Promise<Principal | undefined>
  readonly #recheckMs: number
  readonly #open = new Set<LiveRequest>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(authenticate: (secret: string) => Promise<Principal | undefined>, recheckMs: number) {
    this.#authenticate = authenticate
    this.#recheckMs = recheckMs
  }

  add(request: LiveRequest): void {
    if (this.#isClosed) return request.end(undefined)
    this.#open.add(request)
    this.#timer ??= setInterval(() => this.#tick(), this.#recheckMs).unref()
  }

  remove(request: LiveRequest): void {
    this.#open.delete(request)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Ends them all, also those that come later. */
  close(): void {
    this.#isClosed = true
    for (const request of this.#open) request.end(undefined)
  }

  #tick(): void {
    for (const request of this.#open) {
      request.tick()
      void this.#recheck(request)
    }
  }

  async #recheck(request: LiveRequest): Promise<void> {
    try {
      const principal = await this.#authenticate(request.secret)
      if (principal?.workspaceId === request.workspaceId) return
      request.end({ code: 'unauthenticated', message: 'the key was revoked' })
    } catch {
      // Nobody can say whether the key still holds: the client comes back when somebody can.
      request.end({ code: 'unavailable', message: 'the credential cannot be checked now' })
    }
  }
}
