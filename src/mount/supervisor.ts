import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Server } from 'node:net'
import { serveControl, type Question } from './control.ts'
import { unmount } from './direct-mount.ts'
import type { Agreement } from './fuse/init.ts'
import { removeRecord, writeRecord } from './state-directory.ts'
import type { Assignment, FromWorker, ToWorker } from './worker.ts'

// The process that holds the devices. It serves nothing itself, so it lives while workers die: what
// the kernel asked a killed worker, the next one answers.

/** A mounted device, and how it is to be served. */
export interface HeldMount {
  /** The open device in this process. */
  readonly fd: number
  readonly directory: string
  /** Path of the control socket. */
  readonly socket: string
  readonly assignment: Omit<Assignment, 'fd' | 'agreement'>
}

export interface SupervisorOptions {
  readonly mounts: readonly HeldMount[]
  /** Handed to the worker: where the server is and who asks. */
  readonly server: unknown
  /** Starts a worker process with these descriptors behind 0, 1, 2 and the channel at 3. */
  readonly spawnWorker: (fds: readonly number[]) => ChildProcess
  /** Takes a mount away; tests and other ways of mounting have their own. */
  readonly unmount?: (directory: string, options: { readonly isLazy: boolean }) => Promise<void>
  readonly log: (line: string) => void
}

const firstDeviceNumber = 4
/** More workers than this dying within the time, and the fault is not chance. */
const deaths = { max: 10, withinMs: 10_000 }

/** The spare starts when the machine has done with the first worker's start. */
const spareAfterMs = 300

interface Asked {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
  readonly question: Question
  readonly mount: number
}

export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #agreements = new Map<number, Agreement>()
  readonly #asked = new Map<number, Asked>()
  readonly #gone = new Set<number>()
  readonly #controls: Server[] = []
  readonly #ended = Promise.withResolvers<void>()
  readonly #deaths: number[] = []
  #nextQuestion = 1
  #worker: ChildProcess | undefined
  /** Started and waiting, so that a killed worker is replaced at once. */
  #spare: ChildProcess | undefined
  #spareTimer: NodeJS.Timeout | undefined
  #isReady = false
  #isStopping = false

  /**
   * Starts a worker on mounted devices.
   * @throws Error when a store cannot be served; the devices are unmounted then
   */
  static async start(options: SupervisorOptions): Promise<Supervisor> {
    const supervisor = new Supervisor(options)
    try {
      await supervisor.#startWorker()
      for (const [index, mount] of options.mounts.entries()) await supervisor.#control(index, mount)
    } catch (error) {
      await supervisor[Symbol.asyncDispose]()
      throw error
    }
    return supervisor
  }

  private constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Resolves when every mount is gone. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** For tests that kill it. */
  get workerId(): number | undefined {
    return this.#worker?.pid
  }

  async #control(index: number, { directory, socket, assignment }: HeldMount): Promise<void> {
    const control = await serveControl(socket, (question) => this.#answer(index, question))
    this.#controls.push(control)
    writeRecord(assignment.state, {
      directory,
      storeId: assignment.storeId,
      socket,
      pid: process.pid,
    })
  }

  async #answer(index: number, question: Question): Promise<unknown> {
    if (question.type !== 'unmount') return this.#ask(index, question)
    const mount = this.#options.mounts[index]
    if (mount === undefined || this.#gone.has(index)) return undefined
    const flushed = this.#ask(index, { type: 'barrier' })
    const status = question.isForced ? await flushed.catch(() => undefined) : await flushed
    await this.#take(mount.directory, question.isForced)
    return status
  }

  async #take(directory: string, isLazy: boolean): Promise<void> {
    await (this.#options.unmount ?? unmount)(directory, { isLazy })
  }

  #ask(mount: number, question: Question): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const id = this.#nextQuestion
    this.#nextQuestion += 1
    this.#asked.set(id, { resolve, reject, question, mount })
    if (this.#isReady) this.#tell({ type: 'ask', id, mount, question })
    return promise
  }

  #tell(message: ToWorker): void {
    const worker = this.#worker
    if (worker?.connected) worker.send(message, () => undefined)
  }

  #startWorker(): Promise<void> {
    const { mounts, server } = this.#options
    const worker = this.#takeSpare() ?? this.#spawn()
    this.#worker = worker
    this.#isReady = false
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    worker.on('message', (message) => this.#hear(message as FromWorker, { resolve, reject }))
    worker.once('exit', (code, signal) => {
      reject(new Error(`the mount worker ended (${signal ?? code})`))
      this.#workerEnded(signal ?? `code ${code}`)
    })
    this.#tell({
      type: 'serve',
      server,
      mounts: mounts.map(({ assignment }, index) => ({
        ...assignment,
        fd: firstDeviceNumber + index,
        agreement: this.#agreements.get(index),
      })),
    })
    return promise
  }

  #spawn(): ChildProcess {
    return this.#options.spawnWorker(this.#options.mounts.map(({ fd }) => fd))
  }

  #takeSpare(): ChildProcess | undefined {
    const spare = this.#spare
    this.#spare = undefined
    spare?.removeAllListeners('exit')
    return spare?.connected === true && spare.exitCode === null ? spare : undefined
  }

  #prepareSpare(): void {
    clearTimeout(this.#spareTimer)
    this.#spareTimer = setTimeout(() => {
      if (this.#spare !== undefined || this.#isStopping) return
      const spare = this.#spawn()
      this.#spare = spare
      spare.once('exit', () => {
        if (this.#spare === spare) this.#spare = undefined
      })
    }, spareAfterMs)
  }

  #hear(
    message: FromWorker,
    starting: Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>,
  ): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true
        this.#prepareSpare()
        starting.resolve()
        for (const [id, { mount, question }] of this.#asked) {
          this.#tell({ type: 'ask', id, mount, question })
        }
        return
      case 'failed':
        starting.reject(new Error(message.message))
        return
      case 'agreed':
        this.#agreements.set(message.mount, message.agreement)
        return
      case 'ended':
        void this.#mountEnded(message.mount)
        return
      case 'answer':
        this.#asked.get(message.id)?.resolve(message.value)
        this.#asked.delete(message.id)
        return
      case 'refused':
        this.#asked.get(message.id)?.reject(new Error(message.message))
        this.#asked.delete(message.id)
    }
  }

  async #mountEnded(index: number): Promise<void> {
    this.#gone.add(index)
    if (this.#gone.size < this.#options.mounts.length) return
    await this.#stop()
  }

  #workerEnded(how: string): void {
    this.#worker = undefined
    if (this.#isStopping) return
    const now = Date.now()
    this.#deaths.push(now)
    const recent = this.#deaths.filter((at) => now - at < deaths.withinMs)
    const canReplace = [...this.#agreements.values()].every(({ canResend }) => canResend)
    if (recent.length > deaths.max || !canReplace) {
      const why = canReplace ? 'too often' : 'and this kernel cannot hand over to another'
      this.#options.log(`the mount worker was killed (${how}) ${why}: unmounting`)
      void this[Symbol.asyncDispose]()
      return
    }
    this.#options.log(`the mount worker was killed (${how}): another goes on`)
    this.#startWorker().catch((error: unknown) => {
      this.#options.log(error instanceof Error ? error.message : String(error))
      // Alive but unable, without the server: the kernel waits, and so do we.
      const unable = this.#worker
      setTimeout(() => unable?.kill('SIGKILL'), 1_000)
    })
  }

  async #stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    clearTimeout(this.#spareTimer)
    this.#takeSpare()?.kill('SIGKILL')
    const worker = this.#worker
    if (worker !== undefined) {
      const { promise, resolve } = Promise.withResolvers<void>()
      worker.once('exit', () => resolve())
      this.#tell({ type: 'stop' })
      const late = setTimeout(() => worker.kill('SIGKILL'), 5_000)
      await promise
      clearTimeout(late)
    }
    for (const control of this.#controls) control.close()
    for (const { fd, assignment } of this.#options.mounts) {
      closeSync(fd)
      removeRecord(assignment.state)
    }
    for (const { reject } of this.#asked.values()) reject(new Error('the mount ended'))
    this.#ended.resolve()
  }

  /** Unmounts everything, flushed if the server can be reached. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { mounts } = this.#options
    for (const [index, { directory }] of mounts.entries()) {
      if (this.#gone.has(index)) continue
      const seconds = AbortSignal.timeout(10_000)
      const flushed = this.#isReady ? this.#ask(index, { type: 'barrier' }) : Promise.resolve()
      await Promise.race([flushed.catch(() => undefined), aborted(seconds)])
      await this.#take(directory, true).catch((error: unknown) => {
        this.#options.log(error instanceof Error ? error.message : String(error))
      })
    }
    await this.#stop()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
