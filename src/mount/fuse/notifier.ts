import { write } from 'node:fs'

/**
 * Notifications wait in the kernel for locks that it holds while it waits for our answers, so they
 * are written by threads of the pool, never by the one that answers; and by few of them, so that
 * others stay free.
 */
const writersMax = 2

interface Waiting {
  readonly fd: number
  readonly bytes: Buffer
  readonly done: () => void
}

/** Writes the notifications of all mounts of a process. */
export class Notifier {
  readonly #waiting: Waiting[] = []
  #writing = 0

  /** @returns when the kernel has taken it; that it knows nothing of the file is no failure */
  send(fd: number, bytes: Buffer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ fd, bytes, done: resolve })
    this.#next()
    return promise
  }

  #next(): void {
    if (this.#writing >= writersMax) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#writing += 1
    write(next.fd, next.bytes, 0, next.bytes.length, null, () => {
      this.#writing -= 1
      next.done()
      this.#next()
    })
  }
}
