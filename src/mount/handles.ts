import { openModes } from './fuse/abi.ts'
import { errno, Refusal } from './errno.ts'
import type { File } from './tree.ts'

/** A file opened for writing. Readers need none: what they read hangs on the file. */
export interface Handle {
  readonly file: File
  /** Wrote or truncated since the last version: its release makes one. */
  hasWritten: boolean
  /** Data came since it was created or truncated: its close is worth a journal entry. */
  hasData: boolean
}

export const writersMax = 256
/** The handle of every reader. */
export const readerHandle = 0

export class Handles {
  readonly #open = new Map<number, Handle>()
  #next = 1

  /** After a restart: handles that the kernel holds are not given out again. */
  skip(next: number): void {
    this.#next = Math.max(this.#next, next)
  }

  /** @throws Refusal EMFILE */
  open(file: File, isWritten: boolean): number {
    if (this.#open.size >= writersMax) {
      throw new Refusal(errno.tooManyFiles, `at most ${writersMax} files open for writing`)
    }
    const number = this.#next
    this.#next += 1
    this.#open.set(number, { file, hasWritten: isWritten, hasData: false })
    file.writers += 1
    return number
  }

  /** A handle, also one that a worker before this one gave out. */
  get(number: number, file: File): Handle {
    const known = this.#open.get(number)
    if (known !== undefined) return known
    const handle: Handle = { file, hasWritten: file.isDirty, hasData: file.isDirty }
    if (number === readerHandle) return handle
    this.#open.set(number, handle)
    file.writers += 1
    return handle
  }

  close(number: number, file: File): Handle {
    const handle = this.get(number, file)
    if (this.#open.delete(number)) file.writers -= 1
    return handle
  }

  /** Handles of a file that wrote since its last version. */
  written(file: File): Handle[] {
    if (file.writers === 0) return []
    return [...this.#open.values()].filter((handle) => handle.file === file && handle.hasWritten)
  }
}

export function isWriting(flags: number): boolean {
  return (flags & openModes.accessMask) !== openModes.readOnly
}
