import type { ChildProcess } from 'node:child_process'
import type { Server } from 'node:net'
import { serveControl, type Question } from './control.ts'
import type { Agreement } from './fuse/init.ts'
import { removeRecord, writeRecord } from './state-directory.ts'
import { firstDeviceNumber, type Assignment, type FromWorker, type ToWorker } from './worker.ts'

// The process that holds the devices. It serves nothing itself, so it lives while workers die: what
// the kernel asked a killed worker, the next one answers.

/** A mounted device, and how it is to be served. */
export interface HeldMount {
  /** Which of the devices. */
  readonly device: number
  readonly directory: string
  /** Path of the control socket. */
  readonly socket: string
  readonly assignment: Omit<Assignment, 'fd' | 'mount' | 'agreement'>
  /** Takes the mount away. */
  readonly unmount: (directory: string, options: { readonly isLazy: boolean }) => Promise<void>
}

export interface SupervisorOptions {
  /** Starts a worker process that has every device. */
  readonly spawnWorker: () => ChildProcess
  readonly log: (line: string) => void
}

/** More workers than this dying within the time, and the fault is not chance. */
const deaths = { max: 10, withinMs: 10_000 }

/** The spare starts when the machine has done with the first worker's start. */
const spareAfterMs = 300
const tryAgainMs = 1_000

interface Asked {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
  readonly question: Question
  readonly mount: number
}

interface Held {
  readonly mount: HeldMount
  /** What the kernel and a worker agreed on. */
  agreement: Agreement | undefined
  /** The worker that runs now serves it. */
  isServed: boolean
  control: Server | undefined
  readonly opened: PromiseWithResolvers<void>
  readonly ended: PromiseWithResolvers<void>
}

export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #held = new Map<number, Held>()
  readonly #asked = new Map<number, Asked>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #deaths: number[] = []
  #nextQuestion = 1
  #worker: ChildProcess | undefined
  /** Started and waiting, so that a killed worker is replaced at once. */
  #spare: ChildProcess | undefined
  #spareTimer: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Resolves when every mount is gone. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /**
   * Serves a mounted device.
   * @returns what resolves when the mount is gone
   * @throws Error when the store cannot be served; the device is for the caller to unmount
   */
  async serve(mount: HeldMount): Promise<{ readonly ended: Promise<void> }> {
    const held: Held = {
      mount,
      agreement: undefined,
      isServed: false,
      control: undefined,
      opened: Promise.withResolvers<void>(),
      ended: Promise.withResolvers<void>(),
    }
    this.#held.set(mount.device, held)
    try {
      if (this.#worker === undefined) this.#startWorker()
      else this.#assign(held)
      await held.opened.promise
      await this.#control(held)
    } catch (error) {
      this.#held.delete(mount.device)
      if (this.#held.size === 0) void this.#stop()
      throw error
    }
    return { ended: held.ended.promise }
  }

  async #control(held: Held): Promise<void> {
    const { directory, socket, assignment } = held.mount
    held.control = await serveControl(socket, (question) => this.#answer(held, question))
    const { state, storeId, asOf } = assignment
    writeRecord(state, { directory, storeId, socket, pid: process.pid, asOf })
  }

  async #answer(held: Held, question: Question): Promise<unknown> {
    const { device, directory, unmount } = held.mount
    if (question.type !== 'unmount') return this.#ask(device, question)
    const flushed = this.#ask(device, { type: 'barrier' })
    const status = question.isForced ? await flushed.catch(() => undefined) : await flushed
    await unmount(directory, { isLazy: question.isForced })
    return status
  }

  #ask(mount: number, question: Question): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const id = this.#nextQuestion
    this.#nextQuestion += 1
    this.#asked.set(id, { resolve, reject, question, mount })
    if (this.#held.get(mount)?.isServed) this.#tell({ type: 'ask', id, mount, question })
    return promise
  }

  #tell(message: ToWorker): void {
    const worker = this.#worker
    if (worker?.connected) worker.send(message, () => undefined)
  }

  #startWorker(): void {
    const worker = this.#takeSpare() ?? this.#options.spawnWorker()
    this.#worker = worker
    worker.on('message', (message) => this.#hear(message as FromWorker))
    worker.once('exit', (code, signal) => this.#workerEnded(signal ?? `code ${code}`))
    for (const held of this.#held.values()) this.#assign(held)
  }

  #assign(held: Held): void {
    const { device, assignment } = held.mount
    held.isServed = false
    const { agreement } = held
    const fd = firstDeviceNumber + device
    this.#tell({ type: 'serve', assignment: { ...assignment, mount: device, fd, agreement } })
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
      const spare = this.#options.spawnWorker()
      this.#spare = spare
      spare.once('exit', () => {
        if (this.#spare === spare) this.#spare = undefined
      })
    }, spareAfterMs)
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        return this.#opened(message.mount)
      case 'failed':
        return this.#failed(message.mount, message.message)
      case 'agreed': {
        const held = this.#held.get(message.mount)
        if (held !== undefined) held.agreement = message.agreement
        return
      }
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

  #opened(mount: number): void {
    const held = this.#held.get(mount)
    if (held === undefined) return
    held.isServed = true
    held.opened.resolve()
    this.#prepareSpare()
    for (const [id, asked] of this.#asked) {
      if (asked.mount === mount) this.#tell({ type: 'ask', id, mount, question: asked.question })
    }
  }

  #failed(mount: number, message: string): void {
    const held = this.#held.get(mount)
    if (held === undefined) return
    held.opened.reject(new Error(message))
    if (held.control === undefined) return
    // A replacement that is unable, without the server: the kernel waits, and so do we.
    this.#options.log(`${held.mount.directory}: ${message}`)
    const worker = this.#worker
    setTimeout(() => {
      if (this.#worker === worker && this.#held.get(mount) === held) this.#assign(held)
    }, tryAgainMs)
  }

  async #mountEnded(mount: number): Promise<void> {
    const held = this.#held.get(mount)
    if (held === undefined) return
    this.#held.delete(mount)
    held.control?.close()
    const { assignment } = held.mount
    // The same may have been mounted again by now.
    const others = [...this.#held.values()].map((other) => other.mount.assignment.state)
    if (!others.includes(assignment.state)) removeRecord(assignment)
    for (const [id, asked] of this.#asked) {
      if (asked.mount !== mount) continue
      asked.reject(new Error('the mount ended'))
      this.#asked.delete(id)
    }
    const isLast = this.#held.size === 0
    if (isLast) await this.#stop()
    held.ended.resolve()
  }

  #workerEnded(how: string): void {
    this.#worker = undefined
    if (this.#isStopping) return
    const now = Date.now()
    this.#deaths.push(now)
    const recent = this.#deaths.filter((at) => now - at < deaths.withinMs)
    const canReplace = [...this.#held.values()].every(
      ({ agreement }) => agreement?.canResend ?? true,
    )
    if (recent.length > deaths.max || !canReplace) {
      const why = canReplace ? 'too often' : 'and this kernel cannot hand over to another'
      this.#options.log(`the mount worker was killed (${how}) ${why}: unmounting`)
      void this[Symbol.asyncDispose]()
      return
    }
    this.#options.log(`the mount worker was killed (${how}): another goes on`)
    this.#startWorker()
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
    for (const { control, mount, opened, ended } of this.#held.values()) {
      control?.close()
      removeRecord(mount.assignment)
      opened.reject(new Error('the worker ended'))
      ended.resolve()
    }
    for (const { reject } of this.#asked.values()) reject(new Error('the mount ended'))
    this.#ended.resolve()
  }

  /** Unmounts everything, flushed if the server can be reached. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { mount, isServed } of this.#held.values()) {
      const seconds = AbortSignal.timeout(10_000)
      const flushed = isServed ? this.#ask(mount.device, { type: 'barrier' }) : Promise.resolve()
      await Promise.race([flushed.catch(() => undefined), aborted(seconds)])
      await mount.unmount(mount.directory, { isLazy: true }).catch((error: unknown) => {
        this.#options.log(error instanceof Error ? error.message : String(error))
      })
    }
    await this.#stop()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
