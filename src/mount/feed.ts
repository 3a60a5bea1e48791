import type { MemoryId } from '../domain/ids.ts'
import type { Change } from '../domain/memory/version.ts'
import { codeOf, type Link, type News, type Reading } from './link.ts'
import { pause } from './pause.ts'
import { reconcile, retryBlocked } from './reconcile.ts'
import type { Committed } from './replica.ts'
import type { View } from './view.ts'

export interface FeedOptions {
  readonly link: Link
  readonly view: View
  /** Resolves when the kernel has taken every notice so far. */
  readonly noticed: () => Promise<void>
  readonly onApplied: (seq: number) => void
}

const retryMs = { first: 100, max: 5_000 }
const fetchesAtOnce = 8
/** News brought in together: the latest texts are fetched, not each one's. */
const newsAtOnceMax = 500

/** Follows the store's changes and brings each into the mount, in their order. */
export class Feed {
  readonly #options: FeedOptions
  readonly #ending = new AbortController()
  #waiting: News[] = []
  #applying: Promise<void> | undefined
  /** Sequence up to which changes have been received. */
  #received: number
  /** Sequence up to which the mount shows the store, and the kernel knows it. */
  applied: number
  isConnected = false
  #ended: Promise<void> = Promise.resolve()

  constructor(options: FeedOptions, from: number) {
    this.#options = options
    this.#received = from
    this.applied = from
  }

  start(): void {
    this.#ended = this.#follow()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending
    let delayMs = retryMs.first
    while (!signal.aborted) {
      const before = this.#received
      try {
        await this.#receive(signal)
      } catch (error) {
        if (codeOf(error) === 'not_found') return this.#storeGone()
      }
      this.isConnected = false
      delayMs = this.#received > before ? retryMs.first : Math.min(delayMs * 2, retryMs.max)
      await pause(delayMs, signal)
    }
  }

  async #receive(signal: AbortSignal): Promise<void> {
    const { link } = this.#options
    this.isConnected = true
    for await (const news of link.watch(this.#received, signal)) {
      if (news.changes === undefined) await this.#catchUp()
      if (news.seq <= this.#received) continue
      this.#received = news.seq
      this.#waiting.push(news)
      this.#applying ??= this.#apply()
    }
  }

  async #apply(): Promise<void> {
    await Promise.resolve()
    const { signal } = this.#ending
    while (this.#waiting.length > 0 && !signal.aborted) {
      const news = this.#waiting.splice(0, newsAtOnceMax)
      try {
        await this.#applyTogether(news)
      } catch {
        // The server went away between the change and its text: both come again.
        this.#waiting.unshift(...news)
        await pause(retryMs.first, signal)
      }
    }
    // At once, not in a later turn: a change that comes in between would wait for the next.
    this.#applying = undefined
  }

  async #applyTogether(together: readonly News[]): Promise<void> {
    const { view, noticed, onApplied } = this.#options
    const changes = together.flatMap((one) => one.changes ?? [])
    const news = await this.#fetch(changes)
    for (const change of changes) {
      const { memoryId } = change
      if (change.kind === 'store_archived') {
        view.writesEnded = 'the store is archived: it can be read, but not written'
      }
      if (change.kind === 'store_deleted') this.#storeGone()
      if (memoryId === undefined || change.kind === 'redacted') continue
      if (change.kind === 'deleted') view.replica.remove(memoryId, change.seq)
      else {
        const committed = news.get(memoryId)
        if (committed !== undefined) view.replica.put(committed)
      }
      reconcile(view, memoryId)
    }
    retryBlocked(view)
    await noticed()
    this.applied = together.at(-1)?.seq ?? this.applied
    view.replica.passed(this.applied)
    onApplied(this.applied)
  }

  /** The texts that the last change of each memory left, where the mount does not have them yet. */
  async #fetch(changes: readonly Change[]): Promise<Map<MemoryId, Committed>> {
    const last = new Map<MemoryId, Change>()
    for (const change of changes) {
      if (change.memoryId === undefined || change.kind === 'redacted') continue
      if (change.kind === 'deleted') last.delete(change.memoryId)
      else last.set(change.memoryId, change)
    }
    const wanted = [...last.values()].filter(
      ({ memoryId, seq }) => this.#options.view.replica.seqOf(memoryId as MemoryId) < seq,
    )
    const news = new Map<MemoryId, Committed>()
    const take = async (): Promise<void> => {
      for (let change = wanted.shift(); change !== undefined; change = wanted.shift()) {
        const committed = await this.#read(change)
        if (committed !== undefined) news.set(committed.id, committed)
      }
    }
    await Promise.all(Array.from({ length: fetchesAtOnce }, take))
    return news
  }

  async #read(change: Change): Promise<Committed | undefined> {
    const { memoryId: id, path, sha256, seq, at: updatedAtMs } = change
    if (id === undefined) return undefined
    if (path !== undefined && sha256 !== undefined) {
      const bytes = this.#known(id, path, sha256) ?? (await this.#readVersion(change))
      if (bytes !== undefined) return { id, path, sha256, bytes, seq, updatedAtMs }
    }
    const reading = await this.#options.link.readOne(id)
    if (reading === undefined) return undefined
    return committedOf({ ...reading, seq: Math.max(seq, reading.seq) })
  }

  /** A text that this mount has: its own write coming back, or a memory that only moved. */
  #known(id: MemoryId, path: string, sha256: string): Buffer | undefined {
    const { replica, tree } = this.#options.view
    const committed = replica.get(id)
    if (committed?.sha256 === sha256) return committed.bytes
    const node = tree.identityOf(id)?.file ?? tree.find(path)
    return node?.type === 'file' && node.base?.sha256 === sha256 ? node.base.bytes : undefined
  }

  async #readVersion({ versionId }: Change): Promise<Buffer | undefined> {
    if (versionId === undefined) return undefined
    const text = await this.#options.link.readVersion(versionId)
    return text === undefined ? undefined : Buffer.from(text)
  }

  /** Everything anew: the feed no longer has what happened in between. */
  async #catchUp(): Promise<void> {
    const { view, link, noticed, onApplied } = this.#options
    await this.#applying
    const { readings, seq } = await link.readAll()
    bringIn(view, { memories: readings.map(committedOf), seq })
    await noticed()
    this.#received = seq
    this.applied = seq
    onApplied(seq)
  }

  #storeGone(): void {
    this.#options.view.writesEnded = 'the store was deleted'
    this.#ending.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#ended
    await this.#applying
  }
}

export function committedOf({ memory, text, seq }: Reading): Committed {
  const { id, path, sha256, updatedAt } = memory
  return { id, path, sha256, bytes: Buffer.from(text), seq, updatedAtMs: updatedAt }
}

interface State {
  readonly memories: readonly Committed[]
  readonly seq: number
}

/** Makes the replica equal a complete list, as of a sequence, and the tree follow. */
export function bringIn(view: View, { memories, seq }: State): void {
  const listed = new Set(memories.map(({ id }) => id))
  const missing = [...view.replica.memories].filter(({ id }) => !listed.has(id))
  for (const { id } of missing) view.replica.remove(id, seq)
  for (const memory of memories) view.replica.put(memory)
  for (const { id } of missing) reconcile(view, id)
  for (const { id } of memories) reconcile(view, id)
  retryBlocked(view)
}
