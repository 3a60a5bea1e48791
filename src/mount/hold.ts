import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Moment } from '../domain/history/moment.ts'
import { runProgram } from './run-program.ts'
import { stateOf } from './state-directory.ts'
import { Supervisor } from './supervisor.ts'
import type { Assignment } from './worker.ts'
import { mountBy, openDevice, unmountBy, type Way } from './ways.ts'

/** One store and where it is to be seen. */
export interface Wanted {
  readonly storeId: string
  readonly directory: string
  /** The moment to show; undefined: the store as it is. */
  readonly asOf: Moment | undefined
}

/** Stores that one caller wants to see. */
export interface Order {
  readonly wanted: readonly Wanted[]
  /** A directory that holds nothing but the mounts, and cannot be written. */
  readonly root: string | undefined
  readonly stateRoot: string
  readonly settings: Pick<
    Assignment,
    'isReadOnly' | 'onConflict' | 'isSyncClose' | 'pollMs' | 'engine'
  > & {
    /** Undefined: who holds the mount, which in a namespace of its own is another number. */
    readonly uid: number | undefined
    readonly gid: number | undefined
  }
  /** Where the server is and who asks. */
  readonly server: unknown
}

export interface HolderOptions {
  readonly way: Way
  /** How many mounts it can hold in its life. */
  readonly devices: number
  /** Starts a worker process with these descriptors behind 0, 1, 2 and the channel at 3. */
  readonly spawnWorker: (fds: readonly number[]) => ChildProcess
  readonly log: (line: string) => void
}

/** The mounting itself was refused: another way, or another holder, may work. */
export class MountRefused extends Error {
  override readonly name = 'MountRefused'
}

/**
 * Mounts stores and supervises the worker that serves them. Every device that it will ever use is
 * open from the start, because a process gets others' descriptors only when it begins: so the
 * worker serves a mount that somebody asks for later as well.
 */
export class Holder implements AsyncDisposable {
  readonly #options: HolderOptions
  readonly #devices: readonly number[]
  readonly #supervisor: Supervisor
  readonly #roots: Promise<void>[] = []
  #used = 0

  /** @throws MountRefused where there is no device */
  constructor(options: HolderOptions) {
    const { way, devices, spawnWorker, log } = options
    this.#options = options
    try {
      this.#devices = Array.from({ length: devices }, () => openDevice(way))
    } catch (error) {
      throw new MountRefused(messageOf(error))
    }
    this.#supervisor = new Supervisor({ spawnWorker: () => spawnWorker(this.#devices), log })
  }

  /**
   * Mounts what is wanted, all or nothing.
   * @throws MountRefused; Error when a store cannot be served
   */
  async mount(order: Order): Promise<void> {
    const { wanted, root } = order
    if (this.#supervisor.isStopping || this.#used + wanted.length > this.#devices.length) {
      throw new MountRefused('this process holds as many mounts as it can')
    }
    const first = this.#used
    this.#used += wanted.length
    const { way } = this.#options
    const take = unmountBy(way)
    const isRootMounted = root !== undefined && way !== 'fusermount'
    const mounted: string[] = []
    const ends: Promise<void>[] = []
    try {
      if (root !== undefined) await refusing(makeRoot(root, wanted, isRootMounted))
      for (const [index, want] of wanted.entries()) {
        await refusing(this.#mountDevice(first + index, order, want))
        mounted.push(want.directory)
        ends.push((await this.#serve(first + index, order, want)).ended)
      }
    } catch (error) {
      for (const directory of mounted) await take(directory, { isLazy: true })
      if (isRootMounted) await take(root, { isLazy: true }).catch(() => undefined)
      throw error
    }
    if (isRootMounted) this.#roots.push(this.#takeRoot(root, ends))
  }

  async #mountDevice(device: number, { settings }: Order, want: Wanted): Promise<void> {
    const { directory, storeId: source } = want
    const { isReadOnly } = settings
    await mountBy(this.#options.way, this.#fd(device), { directory, isReadOnly, source })
  }

  #serve(device: number, order: Order, want: Wanted) {
    const { settings, server, stateRoot } = order
    const { directory, storeId, asOf } = want
    const state = stateOf(stateRoot, want)
    return this.#supervisor.serve({
      device,
      directory,
      socket: join(state, 'control'),
      assignment: {
        ...settings,
        uid: settings.uid ?? process.getuid?.() ?? 0,
        gid: settings.gid ?? process.getgid?.() ?? 0,
        hasOneOwner: settings.uid !== undefined,
        server,
        storeId,
        asOf,
        state,
      },
      unmount: unmountBy(this.#options.way),
    })
  }

  #fd(device: number): number {
    return this.#devices[device] ?? -1
  }

  async #takeRoot(root: string, ends: readonly Promise<void>[]): Promise<void> {
    await Promise.all(ends)
    await unmountBy(this.#options.way)(root, { isLazy: true }).catch(() => undefined)
  }

  /** Resolves when every mount is gone. */
  get ended(): Promise<void> {
    return this.#end()
  }

  async #end(): Promise<void> {
    await this.#supervisor.ended
    await Promise.all(this.#roots)
  }

  /** Unmounts everything, flushed if the server can be reached. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#supervisor[Symbol.asyncDispose]()
    await this.ended
    for (const fd of this.#devices) closeSync(fd)
  }
}

async function refusing(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw new MountRefused(messageOf(error))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** One directory for each store, in a file system that nothing else can be written to. */
async function makeRoot(
  root: string,
  wanted: readonly Wanted[],
  isMounted: boolean,
): Promise<void> {
  if (!existsSync(root)) mkdirSync(root, { recursive: true })
  if (isMounted) {
    const options = 'size=64k,mode=755,nosuid,nodev,noexec'
    await runProgram('mount', ['-t', 'tmpfs', '-o', options, 'palimpsest', root])
  }
  for (const { directory } of wanted) mkdirSync(directory, { recursive: true })
  if (isMounted) await runProgram('mount', ['-o', 'remount,ro', root])
}
