import { chmod, mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { copiesName } from '../files-on-disk.ts'
import { workRoot } from '../files/files.ts'
import { ToolFailure } from '../files/tool-failure.ts'
import { removeTree } from '../files/work-tree.ts'
import type { ShellOptions, ShellOutput } from '../tools/tool.ts'
import { MemoryWatch } from './memory-watch.ts'
import type { MemoryDirectory } from './memory-directory.ts'
import { StoreDirectory } from './memory-sync.ts'
import type { SandboxLimits } from './sandbox-limits.ts'
import { handOver } from './sandbox-owner.ts'
import type { OpenOptions, SandboxShell } from './sandbox.ts'
import { ShellProcess } from './shell-process.ts'

const removeTriesMax = 20
const removePauseMs = 50

/** A directory of this machine that can be seen inside. */
export interface Bind {
  readonly from: string
  readonly to: string
  readonly isWritable: boolean
}

export interface CommandInput {
  readonly binds: readonly Bind[]
  readonly command: readonly string[]
  /** A directory for what the sandbox needs of its own. */
  readonly home: string
}

/** What a kind of sandbox is started with. */
export interface BuildCommand {
  readonly limits: SandboxLimits
  readonly argv: (input: CommandInput) => readonly string[]
  /** What the kernel refuses inside, where the kind of sandbox can have it. */
  readonly filter: Uint8Array | undefined
}

interface Opened {
  readonly process: ShellProcess
  readonly watch: MemoryWatch
}

/** A shell with the session's stores as directories, in step with them around every command. */
export class SandboxedShell implements SandboxShell {
  readonly #options: OpenOptions
  readonly #build: BuildCommand
  #opened: Opened | undefined
  #stores: readonly MemoryDirectory[] | undefined
  /** Commands wait for one another. */
  #tail: Promise<unknown> = Promise.resolve()

  constructor(options: OpenOptions, build: BuildCommand) {
    this.#options = options
    this.#build = build
  }

  run(command: string, options: ShellOptions): Promise<ShellOutput> {
    return this.#alone(() => this.#run(command, options))
  }

  restart(): Promise<void> {
    return this.#alone(async () => this.#close())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
    await this.#tail.catch(() => {})
    this.#close()
    await this.#endStores()
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#removeMemory()
      } catch (error) {
        // Killed processes take a moment to be gone.
        if (tries === removeTriesMax) throw error
        await setTimeout(removePauseMs)
      }
    }
  }

  #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.#tail.then(work, work)
    this.#tail = next.catch(() => {})
    return next
  }

  async #run(command: string, options: ShellOptions): Promise<ShellOutput> {
    options.signal.throwIfAborted()
    if (this.#stores?.some(({ isOver }) => isOver) === true) {
      this.#close()
      await this.#endStores()
    }
    this.#stores ??= await this.#makeStores()
    const before = await this.#sync()
    const opened = this.#open()
    try {
      const { text, exitCode } = await opened.process.run(command, options)
      const notes = [...before, ...(await this.#sync())]
      return { text: [text, ...notes].filter((part) => part !== '').join('\n'), exitCode }
    } catch (error) {
      const { exceeded } = opened.watch
      this.#close()
      // What the command had written by then is saved all the same.
      const notes = await this.#sync()
      if (!(error instanceof ToolFailure)) throw error
      const why = exceeded ? 'bash session terminated: it used too much memory' : error.message
      throw new ToolFailure([why, ...notes].join('\n'))
    }
  }

  #open(): Opened {
    if (this.#opened !== undefined && !this.#opened.process.isOver) return this.#opened
    this.#close()
    const { attached, scratch } = this.#options
    const stores = attached.map(({ mountPath, access }, index) => {
      const from = this.#stores?.[index]?.directory ?? this.#storeHome(index)
      return { from, to: mountPath, isWritable: access === 'read_write' }
    })
    const binds = [{ from: scratch, to: workRoot, isWritable: true }, ...stores]
    const command = ['/bin/bash', '--noprofile', '--norc']
    const argv = this.#build.argv({ binds, command, home: this.#options.home })
    const process = new ShellProcess({ argv, filter: this.#build.filter, ...this.#options.owner })
    const watch = new MemoryWatch(process, this.#build.limits.memoryBytesMax)
    this.#opened = { process, watch }
    return this.#opened
  }

  #close(): void {
    this.#opened?.watch.end()
    this.#opened?.process.kill()
    this.#opened = undefined
  }

  get #memoryHome(): string {
    return join(this.#options.home, copiesName)
  }

  #storeHome(index: number): string {
    return join(this.#memoryHome, String(index))
  }

  /** The texts must not outlive their shell on this disk, nor their removal reach anything else. */
  async #removeMemory(): Promise<void> {
    const names = await readdir(this.#memoryHome).catch(() => [])
    for (const name of names) await removeTree(join(this.#memoryHome, name))
    if (names.length > 0) await rmdir(this.#memoryHome)
  }

  /** Begun anew: what a shell of another server left here is no word of this one. */
  async #makeStores(): Promise<MemoryDirectory[]> {
    await this.#removeMemory()
    await mkdir(this.#memoryHome, { recursive: true })
    await chmod(this.#memoryHome, 0o711)
    await mkdir(join(this.#options.home, 'root'), { recursive: true })
    const { api, attached, owner, live } = this.#options
    return Promise.all(
      attached.map(async (one, index) => {
        const mounted = await live?.open({ api, attached: one, owner })
        if (mounted !== undefined) return mounted
        const directory = this.#storeHome(index)
        await mkdir(directory, { mode: 0o700 })
        await handOver(directory, owner)
        return new StoreDirectory(api, one, { directory, at: one.mountPath, owner })
      }),
    )
  }

  async #endStores(): Promise<void> {
    const stores = this.#stores ?? []
    this.#stores = undefined
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()))
  }

  async #sync(): Promise<string[]> {
    const notes: string[] = []
    for (const store of this.#stores ?? []) notes.push(...(await store.sync()))
    return notes
  }
}
