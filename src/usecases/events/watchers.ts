import type { SessionId } from '../../domain/ids.ts'

/** Who follows which session in this process. */
export class Watchers {
  readonly #counts = new Map<SessionId, number>()
  readonly #waiting = new Map<SessionId, Set<() => void>>()

  /** @returns a function that ends the watching */
  add(sessionId: SessionId): () => void {
    this.#counts.set(sessionId, (this.#counts.get(sessionId) ?? 0) + 1)
    for (const resolve of this.#waiting.get(sessionId) ?? []) resolve()
    return () => {
      const rest = (this.#counts.get(sessionId) ?? 1) - 1
      if (rest > 0) this.#counts.set(sessionId, rest)
      else this.#counts.delete(sessionId)
    }
  }

  /** Resolves as soon as somebody follows the session, at the latest after `maxMs`. */
  async watched(sessionId: SessionId, maxMs: number): Promise<void> {
    if (this.#counts.has(sessionId)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(sessionId) ?? new Set()
    this.#waiting.set(sessionId, waiting.add(resolve))
    const timer = setTimeout(resolve, maxMs)
    await promise
    clearTimeout(timer)
    waiting.delete(resolve)
    if (waiting.size === 0) this.#waiting.delete(sessionId)
  }
}
