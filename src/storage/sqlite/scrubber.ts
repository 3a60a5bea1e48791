import { setTimeout as pause } from 'node:timers/promises'
import { DomainError } from '../../domain/errors.ts'
import type { HousekeeperThread } from './housekeeper-thread.ts'
import type { WriterThread } from './writer-thread.ts'

/** Pages that the writer cleans at once: it takes no commands meanwhile. */
const pagesAtOnce = 500
const attemptsMax = 100
const attemptPauseMs = 50

/** Overwrites what moved rows have left in the database file, found beside the writer. */
export class Scrubber {
  readonly #housekeeper: HousekeeperThread
  readonly #writer: WriterThread
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(housekeeper: HousekeeperThread, writer: WriterThread) {
    this.#housekeeper = housekeeper
    this.#writer = writer
  }

  /**
   * Resolves when what had been left before the call is overwritten. Calls that come while one is
   * under way share the next.
   * @throws DomainError `unavailable` when the writer could not get the file to itself
   */
  run(): Promise<void> {
    if (this.#running === undefined) return this.#start()
    this.#next ??= this.#running
      .catch(() => undefined) // whoever waits for that one is told
      .then(() => {
        this.#next = undefined
        return this.#start()
      })
    return this.#next
  }

  #start(): Promise<void> {
    this.#running = this.#scrub().finally(() => (this.#running = undefined))
    return this.#running
  }

  async #scrub(): Promise<void> {
    const pages = await this.#housekeeper.findDirtyPages()
    for (let start = 0; start < pages.length; start += pagesAtOnce) {
      await this.#clean(pages.slice(start, start + pagesAtOnce))
    }
  }

  async #clean(pages: readonly number[]): Promise<void> {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      if (await this.#writer.cleanPages(pages)) return
      await pause(attemptPauseMs)
    }
    throw new DomainError({
      code: 'unavailable',
      message:
        'the version is redacted, but what is left of it on disk is not destroyed; try again',
    })
  }
}
