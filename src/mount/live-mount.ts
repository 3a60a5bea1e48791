import type { Device, Engine } from './fuse/device.ts'
import type { Agreement } from './fuse/init.ts'
import { resend, storeData } from './fuse/notification.ts'
import type { Notifier } from './fuse/notifier.ts'
import { startSession } from './fuse/session.ts'
import { FuseNotices } from './fuse-notices.ts'
import { MountCore, type CoreOptions } from './mount-core.ts'
import type { MountStatus } from './status.ts'
import { textOf } from './text.ts'

export interface LiveMountOptions extends CoreOptions {
  /** An open /dev/fuse on which a file system is mounted. */
  readonly fd: number
  readonly notifier: Notifier
  readonly engine?: Engine | undefined
  /** What went wrong in the mount itself; the program heard EIO. */
  readonly onAgreed?: ((agreement: Agreement) => void) | undefined
  readonly onFault?: ((error: unknown) => void) | undefined
}

const prewarmBytesMax = 32 * 1_048_576

/** A store served to the kernel. */
export class LiveMount implements AsyncDisposable {
  readonly #options: LiveMountOptions
  readonly #core: MountCore
  readonly #device: Device

  /** @throws DomainError when the store cannot be read */
  static async open(options: LiveMountOptions): Promise<LiveMount> {
    const core = await MountCore.open(options, new FuseNotices(options.notifier, options.fd))
    return new LiveMount(options, core)
  }

  private constructor(options: LiveMountOptions, core: MountCore) {
    this.#options = options
    this.#core = core
    this.#device = startSession({
      fd: options.fd,
      engine: options.engine,
      handle: (request) => {
        const answer = core.handle(request)
        const { agreement } = core.view
        if (request.body.type === 'init' && agreement !== undefined) options.onAgreed?.(agreement)
        return answer
      },
      onFault: options.onFault ?? (() => undefined),
    })
    // What the worker before this one read and did not answer comes again.
    if (options.recovery?.agreement?.canResend) void options.notifier.send(options.fd, resend())
  }

  /** Resolves when the file system is unmounted. */
  get ended(): Promise<void> {
    return this.#device.ended
  }

  get agreement(): Agreement | undefined {
    return this.#core.view.agreement
  }

  status(): MountStatus {
    return this.#core.status()
  }

  /** As of `MountCore`. */
  barrier(until?: number | 'now'): Promise<void> {
    return this.#core.barrier(until)
  }

  /**
   * Puts texts into the kernel's cache, so that their first reader need not ask. Only files that
   * the
   * kernel knows, from a listing, can be given; a part of them, where they are many.
   */
  async prewarm(): Promise<void> {
    let room = prewarmBytesMax
    const taken: Promise<void>[] = []
    for (const node of this.#core.view.tree.nodes) {
      if (node.type === 'directory' || node.lookups === 0 || node.size === 0) continue
      if (node.writers > 0 || node.size > room) continue
      room -= node.size
      taken.push(this.#options.notifier.send(this.#options.fd, storeData(node.id, textOf(node))))
    }
    await Promise.all(taken)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#device.stop()
    await this.#core[Symbol.asyncDispose]()
  }
}
