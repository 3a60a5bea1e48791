import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type {
  LiveMemory,
  LiveStore,
  MemoryDirectory,
} from '../../agent/sandbox/memory-directory.ts'
import { ToolFailure } from '../../agent/files/tool-failure.ts'
import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import { mountDirectly, openFuse, unmount } from '../../mount/direct-mount.ts'
import type { Problem } from '../../mount/problems.ts'
import { mountVerbs, type FromMounts, type ToApi, type ToMounts } from './messages.ts'

/** The end of a wait for the process that serves the mounts. */
const answerMs = 30_000
const endMs = 5_000
const mountName = 'store'

export interface SessionMountsOptions {
  /**
   * A directory for mount points of this machine's servers and nothing else. Nothing removes it
   * with what is in it: that would empty the stores.
   */
  readonly root: string
  readonly report: (sentence: string, error: unknown) => void
}

/** Tried once. @returns why stores cannot be mounted here; undefined: they can */
export async function missingForMounts(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'only root mounts for the users of its sandboxes'
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-mount-'))
  try {
    const fd = openFuse()
    try {
      await mountDirectly(fd, { directory, isReadOnly: true, source: 'palimpsest' })
    } finally {
      // Nobody ever answers there, so it ends with its device.
      closeSync(fd)
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await unmount(directory, { isLazy: true }).catch(() => undefined)
    await rmdir(directory)
  }
}

/** Stores of sessions as mounts of this machine, served by one process beside the server. */
export class SessionMounts implements LiveMemory, AsyncDisposable {
  readonly #options: SessionMountsOptions
  readonly #apis = new Map<number, Api>()
  readonly #watching = new Map<number, AbortController>()
  readonly #waiting = new Map<string, PromiseWithResolvers<FromMounts>>()
  /** By mount: what the agent was told already. */
  readonly #said = new Map<number, Set<string>>()
  #process: ChildProcess | undefined
  #next = 1

  constructor(options: SessionMountsOptions) {
    this.#options = options
  }

  /** For tests that kill it. */
  get processId(): number | undefined {
    return this.#process?.pid
  }

  /** What is left of servers that ended without a word is unmounted; stores are not touched. */
  async clear(): Promise<void> {
    const { root } = this.#options
    await makePassable(root)
    for (const name of await readdir(root)) {
      const left = join(root, name)
      if (isAlive(Number(name))) continue
      for (const own of await readdir(left)) await this.#removePoint(join(left, own))
      await rmdir(left)
    }
  }

  /** Several servers of one user on a machine have each their own. */
  get #home(): string {
    return join(this.#options.root, String(process.pid))
  }

  async open({ api, attached, owner }: LiveStore): Promise<MemoryDirectory | undefined> {
    const mount = this.#number()
    // Who else uses this machine may not pass through it.
    const own = join(this.#home, randomUUID())
    const directory = join(own, mountName)
    const ids = owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    try {
      await makePassable(this.#home)
      await mkdir(directory, { recursive: true })
      await chmod(own, 0o700)
      await chown(own, ids.uid, ids.gid)
      this.#apis.set(mount, api)
      const isReadOnly = attached.access === 'read_only'
      const wanted = { mount, directory, storeId: attached.storeId, isReadOnly, ...ids }
      const answer = await this.#ask(`mount ${mount}`, { type: 'open', wanted })
      if (answer.type === 'failed') throw new Error(answer.message)
      const served = this.#process
      return {
        directory,
        get isOver() {
          return served?.connected !== true
        },
        sync: () => this.#sync(mount, { api, attached, owner }),
        [Symbol.asyncDispose]: () => this.#close(mount, own),
      }
    } catch (error) {
      this.#options.report('a store could not be mounted for bash; a copy has to do', error)
      await this.#close(mount, own)
      return undefined
    }
  }

  async #sync(mount: number, { api, attached }: LiveStore): Promise<string[]> {
    const { storeId, mountPath } = attached
    const { seq } = await api.getUsage({ storeId })
    const id = this.#number()
    const answer = await this.#ask(`sync ${id}`, { type: 'sync', id, mount, seq }).catch(
      (error: unknown) => ({ type: 'unsynced', message: String(error) }) as const,
    )
    if (answer.type !== 'synced') {
      const why = 'message' in answer ? answer.message : 'it ended'
      throw new ToolFailure(`the memory at ${mountPath} could not be brought into step: ${why}`)
    }
    const said = this.#said.get(mount) ?? new Set()
    this.#said.set(mount, said)
    return answer.problems.flatMap((problem) => {
      const key = keyOf(problem)
      if (said.has(key)) return []
      said.add(key)
      return [`[memory: ${mountPath}${problem.path}: ${problem.reason}]`]
    })
  }

  async #close(mount: number, own: string): Promise<void> {
    if (this.#process?.connected === true) {
      await this.#ask(`mount ${mount}`, { type: 'close', mount }).catch(() => undefined)
    }
    this.#apis.delete(mount)
    this.#said.delete(mount)
    await this.#removePoint(own).catch((error: unknown) => {
      this.#options.report(`${own} could not be unmounted`, error)
    })
  }

  /** `rmdir` alone removes here: it fails on what is still mounted. */
  async #removePoint(own: string): Promise<void> {
    const point = join(own, mountName)
    await unmount(point, { isLazy: true }).catch(() => undefined)
    await rmdir(point).catch(ignoreMissing)
    await rmdir(own).catch(ignoreMissing)
  }

  #number(): number {
    this.#next += 1
    return this.#next
  }

  /** @throws Error when the process ends, or takes too long */
  async #ask(name: string, message: ToMounts): Promise<FromMounts> {
    const waiting = Promise.withResolvers<FromMounts>()
    this.#waiting.set(name, waiting)
    const ended = new AbortController()
    try {
      this.#send(message)
      const late = setTimeout(answerMs, undefined, { signal: ended.signal, ref: false }).then(
        () => {
          throw new Error('the process that serves it does not answer')
        },
      )
      late.catch(() => undefined)
      return await Promise.race([waiting.promise, late])
    } finally {
      ended.abort()
      this.#waiting.delete(name)
    }
  }

  #send(message: ToMounts): void {
    this.#process ??= this.#start()
    if (this.#process.connected) this.#process.send(message, () => undefined)
  }

  #start(): ChildProcess {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    const child = fork(new URL(`./mounts-process${extension}`, import.meta.url), {
      serialization: 'advanced',
      // No key, no setting: it needs none.
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    })
    child.on('message', (message) => this.#hear(message as FromMounts))
    child.once('exit', () => this.#ended(child))
    child.once('error', (error) => this.#options.report('the mounts of sessions failed', error))
    return child
  }

  #ended(child: ChildProcess): void {
    if (this.#process === child) this.#process = undefined
    for (const { reject } of this.#waiting.values()) reject(new Error('its process ended'))
    for (const watching of this.#watching.values()) watching.abort()
  }

  #hear(message: FromMounts): void {
    switch (message.type) {
      case 'opened':
      case 'failed':
      case 'closed':
        return this.#waiting.get(`mount ${message.mount}`)?.resolve(message)
      case 'synced':
      case 'unsynced':
        return this.#waiting.get(`sync ${message.id}`)?.resolve(message)
      case 'cancel':
        return this.#watching.get(message.id)?.abort()
      case 'call':
        void this.#answer(message)
    }
  }

  /** A verb of the session whose mount asks. */
  async #answer({ id, mount, verb, input }: Extract<ToApi, { type: 'call' }>): Promise<void> {
    const api = this.#apis.get(mount)
    try {
      if (api === undefined || !mountVerbs.includes(verb)) throw new Error('no such mount or verb')
      if (verb === 'watchChanges') return await this.#watch(api, id, input)
      const value = await (api[verb] as (input: unknown) => Promise<unknown>)(input)
      this.#reply({ type: 'value', id, value })
    } catch (error) {
      this.#reply({ type: 'refused', id, problem: problemOf(error) })
    }
  }

  async #watch(api: Api, id: number, input: unknown): Promise<void> {
    const ended = new AbortController()
    this.#watching.set(id, ended)
    try {
      const given = { ...(input as { readonly storeId: string }), signal: ended.signal }
      for await (const value of api.watchChanges(given)) this.#reply({ type: 'value', id, value })
      this.#reply({ type: 'end', id })
    } finally {
      this.#watching.delete(id)
    }
  }

  #reply(message: ToMounts): void {
    if (this.#process?.connected === true) this.#process.send(message, () => undefined)
  }

  /** The shells are gone by now; what is mounted still is let go by the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process
    if (child !== undefined && child.exitCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await Promise.race([exited, setTimeout(endMs, undefined, { ref: false })])
      child.kill('SIGKILL')
    }
    // What is in use still keeps it; the next server looks again.
    await rmdir(this.#home).catch(() => undefined)
  }
}

async function makePassable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o711)
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function keyOf({ at, path, reason }: Problem): string {
  return `${at} ${path} ${reason}`
}

function problemOf(error: unknown) {
  if (error instanceof DomainError) return error.problem
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message } as const
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
