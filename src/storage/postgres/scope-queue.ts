import { DomainError } from '../../domain/errors.ts'
import { batchSizeBounds, Observations, secondsBounds } from '../histogram.ts'
import type { StorageStats } from '../port.ts'
import { failure } from './failure.ts'
import type { Outcome } from './outcome.ts'

/** Commands that share a commit at most: beyond this the fsync they share costs little. */
const groupCommandsMax = 64
/** Bytes of content that share a commit; one command may be larger. */
const groupBytesMax = 1_048_576

/** Makes leading commands durable; at least one outcome, the rest is handed in again. */
type Run<Command> = (commands: readonly [Command, ...Command[]]) => Promise<readonly Outcome[]>

interface Job<Command> {
  readonly command: Command
  readonly bytes: number
  /** Milliseconds of the monotonic clock. */
  readonly queuedAt: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: DomainError) => void
}

/**
 * Lets the commands of one scope through one group after another, so that writers of this process
 * do not race each other; those that queued meanwhile share the next commit. Scopes run side by
 * side.
 */
export class ScopeQueue<Command> implements AsyncDisposable {
  readonly #run: Run<Command>
  readonly #waiting = new Map<string, Job<Command>[]>()
  readonly #running = new Set<Promise<void>>()
  readonly #batchSizes = new Observations(batchSizeBounds)
  readonly #commitSeconds = new Observations(secondsBounds)
  readonly #waitSeconds = new Observations(secondsBounds)
  #closed = false

  constructor(run: Run<Command>) {
    this.#run = run
  }

  /** @throws DomainError what the command was refused with, or why it could not run */
  submit(scope: string, command: Command, bytes = 0): Promise<unknown> {
    if (this.#closed) return Promise.reject(stopping())
    return new Promise((resolve, reject) => {
      const job = { command, bytes, queuedAt: performance.now(), resolve, reject }
      const waiting = this.#waiting.get(scope)
      if (waiting) {
        waiting.push(job)
        return
      }
      this.#waiting.set(scope, [job])
      const running = this.#drain(scope)
      this.#running.add(running)
      void running.finally(() => this.#running.delete(running))
    })
  }

  stats(): StorageStats {
    return {
      batchSizes: this.#batchSizes.snapshot(),
      commitSeconds: this.#commitSeconds.snapshot(),
      writerWaitSeconds: this.#waitSeconds.snapshot(),
    }
  }

  /** Refuses new commands and waits for those that run. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await Promise.all(this.#running)
  }

  async #drain(scope: string): Promise<void> {
    const waiting = this.#waiting.get(scope) ?? []
    for (;;) {
      const [first, ...rest] = takeGroup(waiting)
      if (first === undefined) break
      const unsettled = await this.#runGroup([first, ...rest])
      waiting.unshift(...unsettled)
    }
    this.#waiting.delete(scope)
  }

  /** @returns the jobs that have no outcome yet */
  async #runGroup(jobs: readonly [Job<Command>, ...Job<Command>[]]): Promise<Job<Command>[]> {
    const [first, ...rest] = jobs
    const startedAt = performance.now()
    try {
      const outcomes = await this.#run([first.command, ...rest.map(({ command }) => command)])
      this.#batchSizes.observe(outcomes.length)
      this.#commitSeconds.observe((performance.now() - startedAt) / 1_000)
      for (const [index, outcome] of outcomes.entries()) {
        const job = jobs[index]
        if (job) this.#settle(job, { outcome, startedAt })
      }
      return jobs.slice(outcomes.length)
    } catch (error) {
      for (const job of jobs) job.reject(failure(error))
      return []
    }
  }

  #settle(
    job: Job<Command>,
    { outcome, startedAt }: { outcome: Outcome; startedAt: number },
  ): void {
    this.#waitSeconds.observe((startedAt - job.queuedAt) / 1_000)
    if (outcome.ok) job.resolve(outcome.value)
    else job.reject(new DomainError(outcome.problem))
  }
}

function takeGroup<Command>(waiting: Job<Command>[]): Job<Command>[] {
  let bytes = 0
  let count = 0
  for (const job of waiting) {
    bytes += job.bytes
    if (count > 0 && (bytes > groupBytesMax || count === groupCommandsMax)) break
    count += 1
  }
  return waiting.splice(0, count)
}

export function stopping(): DomainError {
  return new DomainError({ code: 'unavailable', message: 'the storage is closing' })
}
