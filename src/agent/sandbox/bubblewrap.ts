import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readlinkSync } from 'node:fs'
import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { workRoot } from '../files/files.ts'
import { ToolFailure } from '../files/tool-failure.ts'
import type { Owner } from '../files/work-tree.ts'
import type { ShellOptions, ShellOutput } from '../tools/tool.ts'
import { MemoryWatch } from './memory-watch.ts'
import { StoreDirectory } from './memory-sync.ts'
import type { OpenOptions, Sandbox, SandboxShell } from './sandbox.ts'
import { ShellProcess } from './shell-process.ts'

/** What one sandbox may use. */
export interface SandboxLimits {
  /** Bytes of memory of all its processes together. */
  readonly memoryBytesMax: number
  readonly processesMax: number
  /** Seconds of processor time of one process. */
  readonly cpuSecondsMax: number
  /** Bytes of one file. */
  readonly fileBytesMax: number
  /** Bytes in /tmp. */
  readonly temporaryBytesMax: number
}

export const defaultSandboxLimits: SandboxLimits = {
  memoryBytesMax: 1_073_741_824,
  processesMax: 256,
  cpuSecondsMax: 600,
  fileBytesMax: 1_073_741_824,
  temporaryBytesMax: 268_435_456,
}

const execute = promisify(execFile)

/**
 * Bubblewrap, where it works on this machine: tried once, with a shell that must not see a file of
 * the host. @returns the reason where it does not
 */
export async function findBubblewrap(
  limits: SandboxLimits = defaultSandboxLimits,
): Promise<Sandbox | { readonly noneBecause: string }> {
  if (process.platform !== 'linux')
    return { noneBecause: 'bash needs a sandbox, and that needs Linux' }
  const owner = newOwner()
  const probe = sandboxArgv({ limits, binds: [], command: ['/bin/sh', '-c', probeScript] })
  try {
    const [program = '', ...args] = probe
    const user = owner === undefined ? {} : owner
    const { stdout } = await execute(program, args, { timeout: 10_000, cwd: '/', env: {}, ...user })
    if (stdout.trim() !== 'sealed')
      return { noneBecause: 'the sandbox (bubblewrap) leaks the host' }
  } catch (error) {
    return { noneBecause: noneBecause(error) }
  }
  return {
    name: 'bubblewrap',
    prepare: async (directory) => {
      const owner = await ownerOf(directory)
      await handOver(directory, owner)
      return owner
    },
    open: (options) => new BubblewrapShell(options, limits),
  }
}

const probeScript =
  'if [ -e /etc/shadow ] || [ -e /home ] || [ -e /sys/kernel ]; then echo leaks; else echo sealed; fi'

function noneBecause(error: unknown): string {
  const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown }
  if (code === 'ENOENT') return 'bash needs a sandbox: install bubblewrap and util-linux'
  const said = typeof stderr === 'string' ? (stderr.trim().split('\n')[0] ?? '') : ''
  return `bash needs a sandbox, and bubblewrap does not work here: ${said || String(code)}`
}

/**
 * Root runs every session's sandbox as a user of its own, that owns nothing else: so limits of a
 * user's processes hold for each, and whoever breaks out is nobody.
 */
function newOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = sandboxUids.first + randomInt(sandboxUids.count)
  return { uid: id, gid: id }
}
const sandboxUids = { first: 1_600_000_000, count: 100_000_000 } as const

/** A directory that was handed over before keeps its owner. */
async function ownerOf(directory: string): Promise<Owner | undefined> {
  const { uid } = await stat(directory)
  const isOurs = uid >= sandboxUids.first && uid < sandboxUids.first + sandboxUids.count
  return isOurs && process.getuid?.() === 0 ? { uid, gid: uid } : newOwner()
}

async function handOver(directory: string, owner: Owner | undefined): Promise<void> {
  await chmod(directory, 0o700)
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid)
}

interface Bind {
  readonly from: string
  readonly to: string
  readonly isWritable: boolean
}

interface ArgvInput {
  readonly limits: SandboxLimits
  readonly binds: readonly Bind[]
  readonly command: readonly string[]
}

function sandboxArgv({ limits, binds, command }: ArgvInput): string[] {
  const systemLinks = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => {
    if (!existsSync(`/${name}`)) return []
    try {
      return ['--symlink', readlinkSync(`/${name}`), `/${name}`]
    } catch {
      return ['--ro-bind', `/${name}`, `/${name}`]
    }
  })
  return [
    ['prlimit', `--nproc=${limits.processesMax}`, `--cpu=${limits.cpuSecondsMax}`],
    [`--fsize=${limits.fileBytesMax}`, `--as=${limits.memoryBytesMax * 16}`, '--core=0'],
    ['--nofile=1024', '--', 'bwrap', '--unshare-user', '--unshare-all', '--disable-userns'],
    ['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    environment.flatMap(([name, value]) => ['--setenv', name, value]),
    ['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox'],
    ['--ro-bind', '/usr', '/usr'],
    systemLinks,
    ['--dir', '/etc', '--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ['--ro-bind-try', '/etc/alternatives', '/etc/alternatives'],
    ['--proc', '/proc', '--dev', '/dev'],
    ['--size', '16777216', '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ['--size', String(limits.temporaryBytesMax), '--tmpfs', '/tmp'],
    ['--dir', '/mnt/memory', '--dir', workRoot],
    binds.flatMap(({ from, to, isWritable }) => [isWritable ? '--bind' : '--ro-bind', from, to]),
    ['--remount-ro', '/', '--chdir', binds.length > 0 ? workRoot : '/', '--'],
    command,
  ].flat()
}

const environment = [
  ['PATH', '/usr/local/bin:/usr/bin:/bin'],
  ['HOME', workRoot],
  ['TMPDIR', '/tmp'],
  ['LANG', 'C.UTF-8'],
  ['TERM', 'dumb'],
  ['USER', 'agent'],
] as const

interface Opened {
  readonly process: ShellProcess
  readonly watch: MemoryWatch
}

/** A shell with the session's stores as directories, in step with them around every command. */
class BubblewrapShell implements SandboxShell {
  readonly #options: OpenOptions
  readonly #limits: SandboxLimits
  #opened: Opened | undefined
  #stores: readonly StoreDirectory[] | undefined
  /** Commands wait for one another. */
  #tail: Promise<unknown> = Promise.resolve()

  constructor(options: OpenOptions, limits: SandboxLimits) {
    this.#options = options
    this.#limits = limits
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
    await rm(this.#memoryHome, { recursive: true, force: true })
  }

  #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.#tail.then(work, work)
    this.#tail = next.catch(() => {})
    return next
  }

  async #run(command: string, options: ShellOptions): Promise<ShellOutput> {
    options.signal.throwIfAborted()
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
      return { from: this.#storeHome(index), to: mountPath, isWritable: access === 'read_write' }
    })
    const binds = [{ from: scratch, to: workRoot, isWritable: true }, ...stores]
    const command = ['/bin/bash', '--noprofile', '--norc']
    const argv = sandboxArgv({ limits: this.#limits, binds, command })
    const process = new ShellProcess({ argv, ...this.#options.owner })
    const watch = new MemoryWatch(process, this.#limits.memoryBytesMax)
    this.#opened = { process, watch }
    return this.#opened
  }

  #close(): void {
    this.#opened?.watch.end()
    this.#opened?.process.kill()
    this.#opened = undefined
  }

  get #memoryHome(): string {
    return join(this.#options.home, 'memory')
  }

  #storeHome(index: number): string {
    return join(this.#memoryHome, String(index))
  }

  /** Begun anew: what a shell of another server left here is no word of this one. */
  async #makeStores(): Promise<StoreDirectory[]> {
    await rm(this.#memoryHome, { recursive: true, force: true })
    await mkdir(this.#memoryHome, { recursive: true })
    await chmod(this.#memoryHome, 0o711)
    const { api, attached, owner } = this.#options
    return Promise.all(
      attached.map(async (one, index) => {
        const directory = this.#storeHome(index)
        await mkdir(directory, { mode: 0o700 })
        await handOver(directory, owner)
        return new StoreDirectory(api, one, { directory, at: one.mountPath, owner })
      }),
    )
  }

  async #sync(): Promise<string[]> {
    const notes: string[] = []
    for (const store of this.#stores ?? []) notes.push(...(await store.sync()))
    return notes
  }
}
