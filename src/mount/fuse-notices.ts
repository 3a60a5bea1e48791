import { invalidateEntry, invalidateInode } from './fuse/notification.ts'
import type { Notifier } from './fuse/notifier.ts'
import type { Notices } from './mount-core.ts'
import { rootId } from './tree.ts'
import type { Notice } from './view.ts'

/** Tells the kernel what it did not ask for, and remembers until it has taken it. */
export class FuseNotices implements Notices {
  readonly #notifier: Notifier
  readonly #fd: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(notifier: Notifier, fd: number) {
    this.#notifier = notifier
    this.#fd = fd
  }

  add({ directory, name, isListed, node }: Notice): void {
    // A directory the kernel never looked up has nothing cached below it.
    if (directory.lookups === 0 && directory.id !== rootId) return
    const messages = [invalidateEntry(directory.id, name)]
    // A name never looked up has no entry to invalidate, but may be missing in a cached listing.
    if (isListed) messages.push(invalidateInode(directory.id))
    if (node !== undefined) node.notifying += 1
    const taken = Promise.all(messages.map((message) => this.#notifier.send(this.#fd, message)))
    this.#last = this.#finish(Promise.all([this.#last, taken]), node)
  }

  async #finish(taken: Promise<unknown>, node: Notice['node']): Promise<void> {
    await taken
    if (node !== undefined) node.notifying -= 1
  }

  async taken(): Promise<void> {
    await this.#last
  }
}
