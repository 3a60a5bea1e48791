import { DomainError } from '../../domain/errors.ts'

/** The name of a copy while it is made. What a killed process left there is begun anew. */
export function partialOf(target: string): string {
  return `${target}.partial`
}

/**
 * Erasing needs the file to itself for a moment, which a copy under way would not leave it: so one
 * waits for the other. Other writes wait for neither.
 */
export class CopyGate {
  readonly #erasing = new Set<Promise<unknown>>()
  #copying: Promise<void> | undefined

  async erase<Value>(work: () => Promise<Value>): Promise<Value> {
    while (this.#copying !== undefined) await this.#copying
    const running = work()
    const settled = running.catch(() => undefined)
    this.#erasing.add(settled)
    try {
      return await running
    } finally {
      this.#erasing.delete(settled)
    }
  }

  /**
   * Resolves once nothing is being erased; disposing of it lets erasures go on.
   * @throws DomainError `busy` while another copy is made
   */
  async copy(): Promise<Disposable> {
    if (this.#copying !== undefined) {
      throw new DomainError({ code: 'busy', message: 'another backup is under way' })
    }
    const gate = Promise.withResolvers<void>()
    this.#copying = gate.promise
    await Promise.all(this.#erasing)
    return {
      [Symbol.dispose]: () => {
        if (this.#copying === gate.promise) this.#copying = undefined
        gate.resolve()
      },
    }
  }
}
