import type { Memory } from '../domain/memory/memory.ts'
import { errno, Refusal } from './errno.ts'
import { isPassing, type Applied, type Link } from './link.ts'
import { outcomesInFeed } from './lost-answer.ts'
import { identitiesOf, inBatch, operationBytes, type Operation } from './operation.ts'
import { rebase } from './rebase.ts'
import { outcomeOf, resolve, seqOf, type Commit, type Outcome, type Resolver } from './resolve.ts'
import type { Identity } from './tree.ts'
import type { Outbox } from './view.ts'

export interface OutboxOptions {
  readonly resolver: Resolver
  readonly onSettled: (operation: Operation, outcome: Outcome) => void
  readonly onRefused: (operation: Operation, refusal: Refusal) => void
  /** Called before the next operation is taken; makes the operation survive this process. */
  readonly onSubmitted: (operation: Operation, after: number) => void
  /** Whether the mount has the text that a memory now has. */
  readonly hasText: (memory: Memory) => boolean
  /** The newest sequence this mount has heard of. */
  readonly seq: () => number
  readonly bytesMax?: number
}

interface Entry {
  readonly number: number
  /** A sequence of the store before the operation can have happened. */
  readonly after: number
  /** What was submitted. */
  readonly operation: Operation
  /** What is sent: the same, made again on a text that somebody else changed meanwhile. */
  current: Operation
  /** It may have been sent before, and have happened. */
  isSuspect: boolean
  /** The history was asked why it was refused. */
  isLookedUp: boolean
}

interface Waiter {
  readonly number: number
  /** Also wants to hear that the operation was refused. */
  readonly isOwner: boolean
  readonly resolve: () => void
  readonly reject: (reason: Refusal) => void
}

/** What a long outage may leave waiting, in memory and in the journal. */
const bytesMaxDefault = 64 * 1_048_576
const operationsMax = 10_000
/** Beyond this, whoever writes waits for a server that is there but slower. */
const congested = { operations: 1_000, bytes: 16 * 1_048_576 } as const
/** What goes into one transaction. */
const batchOperationsMax = 200
const batchBytesMax = 1_048_576
const gatherMsMax = 1
/** What a killed process sent has arrived by then, or never will. */
const arrivalMs = 250
const retryMs = { first: 250, max: 5_000 }

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/**
 * Operations on their way to the server: in order, and as many in one transaction as have gathered.
 */
export class Sender implements Outbox, AsyncDisposable {
  readonly #options: OutboxOptions
  readonly #queue: Entry[] = []
  readonly #refused = new Map<number, Refusal>()
  #waiters: Waiter[] = []
  #bytes = 0
  #next = 1
  #settledNumber = 0
  #running: Promise<void> | undefined
  /** Why the server could not be asked the last time; undefined: it could. */
  #outage: string | undefined
  #retry: { readonly wake: () => void } | undefined
  #retryMs = retryMs.first
  /** How many went in the last batch. */
  #together = 0
  /** The sequence before a batch whose answer never came. */
  #unsureAfter: number | undefined
  /** Everything settled had happened by this sequence. */
  #settledSeq = 0
  /** A killed process may have sent a request that has not arrived. */
  #mustWait = false
  #eased: PromiseWithResolvers<void> | undefined
  #isClosed = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#queue.length
  }

  get outage(): string | undefined {
    return this.#outage
  }

  /** What is waiting may have been sent by a process that is gone: the feed is asked first. */
  distrust(after: number): void {
    this.#unsureAfter = after
    this.#mustWait = true
  }

  congestion(): Promise<void> | undefined {
    const isCongested = this.#queue.length > congested.operations || this.#bytes > congested.bytes
    // Without the server there is nothing to wait for: the journal takes what it can.
    if (!isCongested || this.#outage !== undefined) return undefined
    this.#eased ??= Promise.withResolvers<void>()
    return this.#eased.promise
  }

  #ease(): void {
    const isEased =
      this.#outage !== undefined ||
      (this.#queue.length <= congested.operations / 2 && this.#bytes <= congested.bytes / 2)
    if (!isEased) return
    this.#eased?.resolve()
    this.#eased = undefined
  }

  checkRoom(bytes: number): void {
    const bytesMax = this.#options.bytesMax ?? bytesMaxDefault
    if (this.#bytes + bytes <= bytesMax && this.#queue.length < operationsMax) return
    throw new Refusal(
      errno.noSpace,
      `${this.#queue.length} writes wait for the server (${this.#outage ?? 'busy'}): no room for more`,
    )
  }

  submit(operation: Operation): void {
    const after = this.#unsureAfter ?? this.#options.seq()
    this.#options.onSubmitted(operation, after)
    const isSuspect = this.#unsureAfter !== undefined
    const number = this.#next
    this.#queue.push({ number, after, operation, current: operation, isSuspect, isLookedUp: false })
    this.#next += 1
    this.#bytes += operationBytes(operation)
    this.#running ??= this.#run()
  }

  drained(): Promise<void> {
    return this.#wait(this.#next - 1, false)
  }

  settled(identity: Identity): Promise<void> {
    const last = this.#queue.findLast(({ operation }) => identitiesOf(operation).includes(identity))
    return last === undefined ? Promise.resolve() : this.#wait(last.number, true)
  }

  #wait(number: number, isOwner: boolean): Promise<void> {
    if (number <= this.#settledNumber) return Promise.resolve()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiters.push({ number, isOwner, resolve, reject })
    this.#retry?.wake()
    return promise
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#isClosed) {
      await this.#gather()
      const entries = this.#takeBatch()
      this.#together = entries.length
      try {
        await this.#send(entries)
        this.#outage = undefined
        this.#retryMs = retryMs.first
      } catch (error) {
        this.#failed(error)
        await this.#pause()
      }
    }
    // At once, not in a later turn: what is submitted in between would wait for nobody.
    this.#running = undefined
  }

  /**
   * Who wrote in the last batch is likely to write again at once, and one transaction for all is
   * worth a moment; who writes alone waits for nobody.
   */
  async #gather(): Promise<void> {
    const end = performance.now() + gatherMsMax
    do await nextTurn()
    while (this.#queue.length < this.#together && performance.now() < end)
  }

  #takeBatch(): Entry[] {
    if (!this.#options.resolver.link.isNative) return this.#queue.slice(0, 1)
    let bytes = 0
    const end = this.#queue.findIndex(({ operation }, index) => {
      bytes += operationBytes(operation)
      return index > 0 && (bytes > batchBytesMax || index >= batchOperationsMax)
    })
    return this.#queue.slice(0, end === -1 ? undefined : end)
  }

  async #send(entries: readonly Entry[]): Promise<void> {
    const { resolver } = this.#options
    if (this.#unsureAfter !== undefined) return this.#sendAgain(this.#unsureAfter)
    try {
      return await this.#sendTogether(entries, resolver.link)
    } catch (error) {
      if (isPassing(error)) this.#suspect(entries)
      if (isPassing(error)) throw error
    }
    // One of them was refused, and so all were.
    const [first] = entries
    if (first === undefined) return
    // Over the official operations a request is sent again as soon as its answer is lost, and may
    // have met its own result.
    const isRepeated = !resolver.link.isNative && !first.isLookedUp
    first.isLookedUp = true
    if (isRepeated || entries.some(({ isSuspect }) => isSuspect)) {
      return this.#sendAgain(first.after)
    }
    if (entries.length === 1) return this.#sendAlone(first)
    // Half of them finds the one in few steps; the rest is taken up again behind it.
    await this.#send(entries.slice(0, Math.ceil(entries.length / 2)))
  }

  #suspect(entries: readonly Entry[]): void {
    for (const entry of entries) entry.isSuspect = true
    this.#unsureAfter = entries[0]?.after
  }

  async #sendTogether(entries: readonly Entry[], link: Link): Promise<void> {
    const made = new Set<Identity>()
    const parts = entries.map(({ current }) => inBatch(current, made))
    const { results, seq } = await link.apply(parts.flat())
    let start = 0
    for (const [index, entry] of entries.entries()) {
      const end = start + (parts[index]?.length ?? 0)
      const applied: Applied = { results: results.slice(start, end), seq }
      start = end
      await this.#settle(entry, outcomeOf(entry.current, applied))
    }
  }

  async #sendAlone(entry: Entry): Promise<void> {
    try {
      await this.#settle(entry, await resolve(this.#options.resolver, entry.current))
    } catch (error) {
      if (!(error instanceof Refusal)) this.#suspect([entry])
      if (!(error instanceof Refusal)) throw error
      this.#refuse(entry, error)
    }
  }

  /** The last batch may have happened: what the feed knows of is settled, the rest is sent. */
  async #sendAgain(after: number): Promise<void> {
    const { link } = this.#options.resolver
    if (this.#mustWait) await new Promise((resolve) => setTimeout(resolve, arrivalMs))
    this.#mustWait = false
    const changes = await link.changesAfter(Math.max(after, this.#settledSeq))
    const entries = [...this.#queue]
    const outcomes = outcomesInFeed(
      entries.map(({ current }) => current),
      changes,
    )
    // In order, and each batch whole: before one that happened, all did, if only to change nothing.
    const happened = outcomes.findLastIndex((outcome) => outcome !== undefined) + 1
    for (const [index, entry] of entries.slice(0, happened).entries()) {
      await this.#settle(entry, outcomes[index] ?? { commits: [], deleted: [] })
    }
    for (const entry of entries) entry.isSuspect = false
    this.#unsureAfter = undefined
  }

  async #settle(entry: Entry, outcome: Outcome): Promise<void> {
    const commits: Commit[] = []
    for (const commit of outcome.commits) commits.push(await this.#withText(commit))
    this.#take(entry)
    this.#rebase(entry, commits)
    this.#settledSeq = Math.max(this.#settledSeq, seqOf(outcome))
    this.#options.onSettled(entry.operation, { ...outcome, commits })
    this.#tell()
  }

  #rebase({ current }: Entry, commits: readonly Commit[]): void {
    if (this.#options.resolver.policy !== 'merge') return
    const waiting = this.#queue.map((entry) => entry.current)
    const rebased = rebase(current, commits, waiting)
    if (rebased === waiting) return
    for (const [index, entry] of this.#queue.entries()) {
      entry.current = rebased[index] ?? entry.current
    }
  }

  /** A memory that only moved may have been changed by somebody else before. */
  async #withText(commit: Commit): Promise<Commit> {
    const { resolver, hasText } = this.#options
    if (commit.text !== undefined || hasText(commit.memory)) return commit
    const text = await resolver.link.readVersion(commit.memory.versionId)
    return text === undefined ? commit : { ...commit, text: Buffer.from(text) }
  }

  #refuse(entry: Entry, refusal: Refusal): void {
    this.#take(entry)
    this.#options.onRefused(entry.operation, refusal)
    this.#refused.set(entry.number, refusal)
    this.#tell()
    this.#refused.delete(entry.number)
  }

  #take(entry: Entry): void {
    this.#queue.shift()
    this.#bytes -= operationBytes(entry.operation)
    this.#settledNumber = entry.number
    this.#ease()
  }

  #tell(): void {
    const done = this.#waiters.filter(({ number }) => number <= this.#settledNumber)
    this.#waiters = this.#waiters.filter(({ number }) => number > this.#settledNumber)
    for (const { number, isOwner, resolve, reject } of done) {
      const refusal = isOwner ? this.#refused.get(number) : undefined
      if (refusal === undefined) resolve()
      else reject(refusal)
    }
  }

  #failed(error: unknown): void {
    this.#outage = error instanceof Error ? error.message : String(error)
    const refusal = new Refusal(
      errno.io,
      `the server cannot be reached (${this.#outage}); what was written is kept here and sent later`,
    )
    const waiters = this.#waiters
    this.#waiters = []
    for (const { reject } of waiters) reject(refusal)
    this.#ease()
  }

  async #pause(): Promise<void> {
    if (this.#isClosed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, retryMs.max)
    this.#retry = { wake: resolve }
    await promise
    this.#retry = undefined
    clearTimeout(timer)
  }

  /** Stops after what is being sent; the rest stays in the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#retry?.wake()
    await this.#running
  }
}
