import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { Limits } from '../../domain/limits.ts'
import { batchSizeBounds, Observations, secondsBounds } from '../histogram.ts'
import type { StorageStats } from '../port.ts'
import type { WalState } from './connection.ts'
import type { Work } from './ledger.ts'
import { refused, type Outcome } from './outcome.ts'
import type { FromWriter, Request, ToWriter, WriterData } from './writer.ts'

export interface WriterOptions {
  readonly file: string
  readonly descriptor: number
  readonly limits: Limits
  readonly clock: () => number
  /** After a transaction is durable, before anybody who waits for it is answered. */
  readonly onCommitted: (works: readonly Work[], wal: WalState) => void
}

/**
 * Room for new objects in a worker: its default is far more than a batch needs, and stays taken.
 */
export const youngGenerationMb = 8

/** The URL of a worker's module beside this one: `.ts` in the source, `.js` when built. */
export function workerModule(name: string, base: string): URL {
  return new URL(`./${name}${base.endsWith('.ts') ? '.ts' : '.js'}`, base)
}

const stopped = refused({ code: 'unavailable', message: 'the storage is closed' })

/** The main thread's end of the writer: queues commands and resolves each when it is durable. */
export class WriterThread implements AsyncDisposable {
  readonly #options: WriterOptions
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #waiting = new Map<number, { work: Work; resolve: (outcome: Outcome) => void }>()
  readonly #batchSizes = new Observations(batchSizeBounds)
  readonly #commitSeconds = new Observations(secondsBounds)
  readonly #waitSeconds = new Observations(secondsBounds)
  readonly #ready = Promise.withResolvers<void>()
  readonly #closed = Promise.withResolvers<void>()
  readonly #cleaning: ((done: boolean) => void)[] = []
  #queue: Request[] = []
  #lastId = 0
  #open = true

  constructor(options: WriterOptions) {
    this.#options = options
    const { port1, port2 } = new MessageChannel()
    const { file, descriptor, limits } = options
    const data: WriterData = { file, descriptor, limits, port: port2 }
    this.#port = port1
    this.#worker = new Worker(workerModule('writer', import.meta.url), {
      workerData: data,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    })
    this.#port.on('message', (message: FromWriter) => this.#receive(message))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the writer thread ended')))
  }

  /** Rejects when the database cannot be opened. */
  ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Resolves when the work is durable, or refused. */
  run(work: Work): Promise<Outcome> {
    if (!this.#open) return Promise.resolve(stopped)
    this.#lastId += 1
    const id = this.#lastId
    if (this.#queue.length === 0) setImmediate(() => this.#flush())
    const now = this.#options.clock()
    this.#queue.push({ id, work, now, queuedAt: process.hrtime.bigint() })
    return new Promise((resolve) => this.#waiting.set(id, { work, resolve }))
  }

  /** Whether the gaps of the pages are clean; not while a checkpoint is under way. */
  cleanPages(pages: readonly number[]): Promise<boolean> {
    const cleaned = Promise.withResolvers<boolean>()
    if (!this.#open) return Promise.resolve(false)
    this.#cleaning.push(cleaned.resolve)
    this.#send({ type: 'clean_pages', pages })
    return cleaned.promise
  }

  finishCheckpoint(): void {
    this.#send({ type: 'finish_checkpoint' })
  }

  stats(): StorageStats {
    return {
      batchSizes: this.#batchSizes.snapshot(),
      commitSeconds: this.#commitSeconds.snapshot(),
      writerWaitSeconds: this.#waitSeconds.snapshot(),
    }
  }

  /** Finishes what was accepted, empties the WAL and ends the thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return this.#closed.promise
    this.#flush()
    this.#open = false
    this.#send({ type: 'close' })
    await this.#closed.promise
    await this.#worker.terminate()
    this.#port.close()
  }

  /** Everything that was asked for in one turn of the event loop goes to the writer together. */
  #flush(): void {
    if (this.#queue.length === 0) return
    const requests = this.#queue
    this.#queue = []
    this.#send({ type: 'work', requests })
  }

  #send(message: ToWriter): void {
    this.#port.postMessage(message)
  }

  #receive(message: FromWriter): void {
    switch (message.type) {
      case 'ready':
        return this.#ready.resolve()
      case 'closed':
        return this.#closed.resolve()
      case 'cleaned':
        return this.#cleaning.shift()?.(message.done)
      case 'committed':
        return this.#committed(message)
    }
  }

  #committed(message: Extract<FromWriter, { type: 'committed' }>): void {
    this.#batchSizes.observe(message.outcomes.length)
    this.#commitSeconds.observe(message.commitSeconds)
    for (const seconds of message.waitSeconds) this.#waitSeconds.observe(seconds)
    const answered = message.outcomes.map(({ id, outcome }) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      return { waiting, outcome }
    })
    const works = answered.flatMap(({ waiting, outcome }) =>
      waiting && outcome.ok ? [waiting.work] : [],
    )
    this.#options.onCommitted(works, message.wal)
    for (const { waiting, outcome } of answered) waiting?.resolve(outcome)
  }

  /** The thread is gone: whoever waits is told so, and nothing more is taken. */
  #fail(error: Error): void {
    this.#open = false
    this.#ready.reject(error)
    this.#closed.resolve()
    const outcome = refused({ code: 'unavailable', message: 'the writer thread ended: restart' })
    for (const { resolve } of this.#waiting.values()) resolve(outcome)
    for (const resolve of this.#cleaning.splice(0)) resolve(false)
    this.#waiting.clear()
  }
}
