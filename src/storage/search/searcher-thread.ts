import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { DomainError, invalid } from '../../domain/errors.ts'
import type { WorkspaceId } from '../../domain/ids.ts'
import type { FromSearcher, Question, Reply, Role, SearcherData } from './serve.ts'

export interface SearcherOptions {
  readonly role: Role
  /** The engine's module that serves, and what it needs to open its view. */
  readonly module: URL
  readonly data: Readonly<Record<string, unknown>>
  /** Milliseconds without a question after which the thread ends, with all it keeps. */
  readonly idleMs: number
}

/** How long one pattern may run on one text: thousands of times what a well-made one takes. */
const stalledMs = 2_000
const watchMs = 250
const starvedMs = 3 * watchMs
/** Questions at once, each of which has its turns: of everybody, and of one workspace. */
const questionsMax = 64
const questionsOfWorkspaceMax = 16
/** Twice what is kept at most, and room for new objects that is given back soon. */
const heap = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 }

interface Asked {
  readonly question: Question
  readonly answer: PromiseWithResolvers<Reply>
}

/**
 * The main thread's end of a searcher. The thread begins with the first question; one that a
 * pattern holds up is ended and begun again, without the question that had the pattern.
 */
export class SearcherThread implements AsyncDisposable {
  readonly #options: SearcherOptions
  readonly #asked = new Map<number, Asked>()
  #running: Running | undefined
  #lastId = 0
  #idle: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: SearcherOptions) {
    this.#options = options
  }

  /** Whether it may hold anything. */
  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /**
   * @throws DomainError what the question was refused with; `busy`; the reason of the signal
   */
  async ask(question: Question, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted()
    if (this.#closed) throw closed()
    if (question.type !== 'settle') this.#permit(question.query.workspaceId)
    this.#lastId += 1
    const id = this.#lastId
    const asked = { question, answer: Promise.withResolvers<Reply>() }
    this.#asked.set(id, asked)
    const stop = () => {
      this.#running?.port.postMessage({ type: 'stop', id })
      asked.answer.reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
    try {
      this.#send(id, question)
      return await asked.answer.promise
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#asked.delete(id)
      if (this.#asked.size === 0) this.#rest()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#idle)
    this.#letGo(closed())
    await this.#end()
  }

  /** @throws DomainError `rate_limited` */
  #permit(workspaceId: WorkspaceId): void {
    let ofWorkspace = 0
    for (const { question } of this.#asked.values()) {
      if (question.type !== 'settle' && question.query.workspaceId === workspaceId) ofWorkspace += 1
    }
    if (this.#asked.size >= questionsMax || ofWorkspace >= questionsOfWorkspaceMax) throw busy()
  }

  #send(id: number, question: Question): void {
    clearTimeout(this.#idle)
    this.#running ??= this.#begin()
    this.#running.port.ref()
    this.#running.port.postMessage({ type: 'ask', id, question })
  }

  #begin(): Running {
    const running = new Running(this.#options, {
      onReply: (message) => this.#receive(message),
      onFailure: (error) => this.#fail(running, error),
      onStalled: (id) => void this.#stop(running, id),
    })
    return running
  }

  #receive(message: FromSearcher): void {
    const asked = this.#asked.get(message.id)
    if (message.ok) asked?.answer.resolve(message.reply)
    else asked?.answer.reject(new DomainError(message.problem))
  }

  #fail(running: Running, cause: unknown): void {
    if (this.#running !== running) return
    this.#running = undefined
    const problem = { code: 'unavailable', message: 'the search broke off; try again' } as const
    this.#letGo(new DomainError(problem, { cause }))
    void running[Symbol.asyncDispose]()
  }

  /** Answers everybody when the thread is gone: what it held went with it. */
  #letGo(reason: DomainError): void {
    for (const { question, answer } of this.#asked.values()) {
      if (question.type === 'settle') answer.resolve(undefined)
      else answer.reject(reason)
    }
  }

  /** Ends the thread under a pattern; everybody else is asked for again. */
  async #stop(running: Running, culprit: number): Promise<void> {
    if (this.#running !== running) return
    this.#running = undefined
    const seconds = stalledMs / 1_000
    this.#asked
      .get(culprit)
      ?.answer.reject(invalid('pattern', `runs for more than ${seconds} s on a single memory`))
    this.#asked.delete(culprit)
    for (const [id, { question, answer }] of this.#asked) {
      if (question.type === 'settle') answer.resolve(undefined)
      else this.#send(id, question)
    }
    await running[Symbol.asyncDispose]()
  }

  #rest(): void {
    clearTimeout(this.#idle)
    if (this.#running === undefined || this.#closed) return
    // Between questions it keeps no process alive.
    this.#running.port.unref()
    this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs).unref()
  }

  async #end(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.[Symbol.asyncDispose]()
  }
}

interface Listener {
  readonly onReply: (message: FromSearcher) => void
  readonly onFailure: (error: unknown) => void
  /** A pattern holds the thread up: the id of its question. */
  readonly onStalled: (id: number) => void
}

/** One life of the thread. */
class Running implements AsyncDisposable {
  readonly port: MessagePort
  readonly #worker: Worker
  readonly #pulse = new Int32Array(new SharedArrayBuffer(8))
  readonly #watch: NodeJS.Timeout
  #beats = -1
  #beatAt = performance.now()
  #watchedAt = performance.now()

  constructor({ role, module, data }: SearcherOptions, listener: Listener) {
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    const own: SearcherData = { role, port: port2, pulse: this.#pulse }
    this.#worker = new Worker(module, {
      workerData: { ...data, ...own },
      transferList: [port2],
      resourceLimits: heap,
    })
    this.#worker.unref()
    this.port.on('message', listener.onReply)
    this.#worker.on('error', listener.onFailure)
    this.#worker.on('exit', () => listener.onFailure(new Error('the search thread ended')))
    this.#watch = setInterval(() => {
      const culprit = this.#stalledBy()
      if (culprit !== 0) listener.onStalled(culprit)
    }, watchMs).unref()
  }

  #stalledBy(): number {
    const beats = Atomics.load(this.#pulse, 0)
    const now = performance.now()
    // Where this thread does not get its turn either, the other may just be waiting for its own.
    const isStarved = now - this.#watchedAt > starvedMs
    this.#watchedAt = now
    if (beats !== this.#beats || isStarved) {
      this.#beats = beats
      this.#beatAt = now
    }
    return now - this.#beatAt < stalledMs ? 0 : Atomics.load(this.#pulse, 1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch)
    await this.#worker.terminate()
    this.port.close()
  }
}

function busy(): DomainError {
  const message = 'too many searches are under way; try again'
  return new DomainError({ code: 'rate_limited', message, retryAfterSeconds: 1 })
}

function closed(): DomainError {
  return new DomainError({ code: 'unavailable', message: 'the storage is closed' })
}
