import type { Aside, Base, File, Identity } from './tree.ts'

/** How long a temporary file or a backup is given to become clear, counted from its last close. */
export const graceMs = 500

/**
 * Files kept back for a moment because they may be on their way somewhere else: created exclusively
 * (a temporary file that will be renamed) or renamed aside (a backup that will be deleted).
 */
export class Holds {
  readonly #timers = new Map<File, NodeJS.Timeout>()
  readonly #asideByPath = new Map<string, File>()
  /** For each temporary file, the texts that others replaced since it was created. */
  readonly #seenBy = new Map<File, Map<Identity, Base>>()
  readonly #expire: (file: File) => void

  /** @param expire what happens to a file whose time is over */
  constructor(expire: (file: File) => void) {
    this.#expire = expire
  }

  /** Begins, or begins anew, the time of a file. */
  start(file: File): void {
    clearTimeout(this.#timers.get(file))
    this.#timers.set(
      file,
      setTimeout(() => this.#end(file), graceMs),
    )
  }

  /** It has become clear what the file is, or it is open again. */
  cancel(file: File): void {
    clearTimeout(this.#timers.get(file))
    this.#timers.delete(file)
  }

  /** A temporary file was created: what it will be renamed over was read by then. */
  begin(file: File): void {
    for (const known of this.#seenBy.keys()) if (!known.isHeld) this.#seenBy.delete(known)
    this.#seenBy.set(file, new Map())
  }

  /** Somebody else's text takes the place of what programs may have read. */
  replaced(identity: Identity, base: Base): void {
    for (const seen of this.#seenBy.values()) if (!seen.has(identity)) seen.set(identity, base)
  }

  /** What a memory was when a file was created; undefined: what it is now. */
  baseSeenBy(file: File, identity: Identity): Base | undefined {
    return file.isHeld ? this.#seenBy.get(file)?.get(identity) : undefined
  }

  setAside(file: File, aside: Aside): void {
    file.setAside = aside
    this.#asideByPath.set(aside.from, file)
    this.start(file)
  }

  /** The file that was at a path until it was renamed aside. */
  asideFrom(path: string): File | undefined {
    return this.#asideByPath.get(path)
  }

  /** Ends a file's being set aside. @returns what it was */
  takeBack(file: File): Aside | undefined {
    const aside = file.setAside
    file.setAside = undefined
    if (aside !== undefined && this.#asideByPath.get(aside.from) === file) {
      this.#asideByPath.delete(aside.from)
    }
    this.cancel(file)
    return aside
  }

  get waiting(): readonly File[] {
    return [...this.#timers.keys()]
  }

  /** The barrier: nothing that is closed is kept back any longer. */
  expireAll(): void {
    for (const file of this.waiting) this.#end(file)
  }

  #end(file: File): void {
    this.cancel(file)
    this.#expire(file)
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
