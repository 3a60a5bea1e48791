import type { StoreId } from '../domain/ids.ts'
import { watches, type Webhook } from '../domain/webhook/webhook.ts'
import { deliver, type Sender } from './deliver.ts'
import { queueChanges } from './queue.ts'

/** Everything is looked through again this often: hints may be lost. Milliseconds. */
const lookAgainMs = 30_000
/** Hints of this span are followed together. Milliseconds. */
const gatherMs = 20
const tickMs = 500
const purgeEveryMs = 60 * 60_000
/** Attempts that run at once, so that a slow receiver holds up nobody else. */
const attemptsPerWebhook = 4
const storesPerLook = 200

export interface DispatcherOptions extends Sender {
  /** A round that failed is tried again with the next. */
  readonly report: (error: unknown) => void
}

/** Sends what webhooks are to be told, until it is disposed of. Any number of servers may do so. */
export function dispatchWebhooks(options: DispatcherOptions): AsyncDisposable {
  const dispatcher = new Dispatcher(options)
  dispatcher.start()
  return dispatcher
}

class Dispatcher implements AsyncDisposable {
  readonly #options: DispatcherOptions
  readonly #stop = new AbortController()
  readonly #running = new Map<string, Set<string>>()
  readonly #attempts = new Set<Promise<void>>()
  readonly #hinted = new Set<StoreId>()
  readonly #wake: () => void
  /** Enabled ones; undefined while they are being read. */
  #webhooks: readonly Webhook[] | undefined
  #isStale = true
  #lookedAt = 0
  #purgedAt = 0
  #round: Promise<void> = Promise.resolve()
  #isBusy = false
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#wake = options.storage.subscribe((topic) => this.#hint(topic))
  }

  start(): void {
    this.#timer = setInterval(() => this.#next(), tickMs)
    this.#next()
  }

  #hint(topic: string): void {
    if (topic.startsWith('webhook_')) this.#isStale = true
    else if (topic.startsWith('memstore_')) {
      if (this.#webhooks?.length === 0 && !this.#isStale) return
      this.#hinted.add(topic as StoreId)
    } else return
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      this.#next()
    }, gatherMs)
  }

  #next(): void {
    if (this.#isBusy || this.#stop.signal.aborted) return
    this.#isBusy = true
    this.#round = this.#run()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#options.report(error)
      })
      .finally(() => (this.#isBusy = false))
  }

  async #run(): Promise<void> {
    const { storage, clock } = this.#options
    const now = clock()
    // A new webhook may have missed hints while nobody knew of it.
    const isTimeToLook = this.#isStale || now - this.#lookedAt >= lookAgainMs
    if (isTimeToLook) {
      this.#isStale = false
      this.#webhooks = undefined
      const all = await storage.view.webhooks.webhooks(undefined)
      this.#webhooks = all.filter(({ disabledAt }) => disabledAt === undefined)
    }
    const hinted = [...this.#hinted]
    this.#hinted.clear()
    if (isTimeToLook || hinted.length > 0) await this.#queueEndings()
    await this.#queueHinted(hinted)
    if (isTimeToLook) {
      await this.#queueBehind()
      this.#lookedAt = now
    }
    for (const webhook of this.#webhooks ?? []) await this.#attemptDue(webhook)
    await this.#purge(now)
  }

  async #queueEndings(): Promise<void> {
    const { storage } = this.#options
    while ((await storage.commit({ type: 'queue_endings' })) > 0 && !this.#stop.signal.aborted);
  }

  async #queueHinted(storeIds: readonly StoreId[]): Promise<void> {
    const { storage } = this.#options
    const { signal } = this.#stop
    for (const storeId of storeIds) {
      for (const webhook of this.#webhooks ?? []) {
        if (!watches(webhook, storeId)) continue
        await queueChanges(storage, webhook, { storeId, signal })
      }
    }
  }

  /** What happened while no server ran, or hints were lost. */
  async #queueBehind(): Promise<void> {
    const { signal } = this.#stop
    const { storage } = this.#options
    for (const webhook of this.#webhooks ?? []) {
      for (const storeId of webhook.storeIds) {
        await queueChanges(storage, webhook, { storeId, signal })
      }
      if (webhook.storeIds.length === 0) await this.#queueEverywhere(webhook)
    }
  }

  async #queueEverywhere(webhook: Webhook): Promise<void> {
    const { storage } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      const storeIds = await storage.view.webhooks.storesBehind(webhook, storesPerLook)
      for (const storeId of storeIds) await queueChanges(storage, webhook, { storeId, signal })
      if (storeIds.length < storesPerLook) return
    }
  }

  async #attemptDue(webhook: Webhook): Promise<void> {
    const { storage, clock } = this.#options
    const running = this.#running.get(webhook.id) ?? new Set()
    this.#running.set(webhook.id, running)
    const free = attemptsPerWebhook - running.size
    if (free <= 0) return
    const due = await storage.view.webhooks.dueDeliveries(webhook.id, clock(), attemptsPerWebhook)
    for (const delivery of due.filter(({ id }) => !running.has(id)).slice(0, free)) {
      running.add(delivery.id)
      const attempt = deliver(this.#options, delivery, this.#stop.signal)
        .catch(this.#options.report)
        .finally(() => {
          running.delete(delivery.id)
          this.#attempts.delete(attempt)
          this.#next()
        })
      this.#attempts.add(attempt)
    }
  }

  async #purge(now: number): Promise<void> {
    if (now - this.#purgedAt < purgeEveryMs) return
    this.#purgedAt = now
    await this.#options.storage.commit({ type: 'purge_deliveries' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#wake()
    this.#stop.abort()
    await this.#round
    await Promise.all(this.#attempts)
  }
}
