import type { Caller } from '../../domain/caller.ts'
import type { Sha256 } from '../../domain/memory/content.ts'

/** Who a credential stands for; with a door and a request id it becomes a caller. */
export type Principal = Omit<Caller, 'door' | 'requestId'>

/** How long an answer is trusted: revocation by another process is seen within it. */
const trustMs = 500
const entriesMax = 10_000

interface Entry {
  /** undefined: nobody's. */
  readonly principal: Principal | undefined
  readonly until: number
}

/** What was last heard of credentials, for half a second. */
export class KnownCredentials {
  readonly #entries = new Map<Sha256, Entry>()
  #dropped = 0

  get(secretSha256: Sha256): Entry | undefined {
    const entry = this.#entries.get(secretSha256)
    // Not the clock of the day: one that jumps back would keep a revoked key alive.
    return entry !== undefined && entry.until > performance.now() ? entry : undefined
  }

  /** Keeps what is looked up, unless something was dropped meanwhile: it may be older than that. */
  async learn(
    secretSha256: Sha256,
    lookUp: () => Promise<Principal | undefined>,
  ): Promise<Principal | undefined> {
    const [dropped, until] = [this.#dropped, performance.now() + trustMs]
    const principal = await lookUp()
    if (dropped !== this.#dropped) return principal
    // Guesses must not grow the memory without bound.
    if (this.#entries.size >= entriesMax) this.#entries.clear()
    this.#entries.set(secretSha256, { principal, until })
    return principal
  }

  /** After a revocation in this process: the next request of that key is looked up again. */
  drop(actor: string): void {
    this.#dropped += 1
    for (const [secretSha256, { principal }] of this.#entries) {
      if (principal?.actor === actor) this.#entries.delete(secretSha256)
    }
  }
}
