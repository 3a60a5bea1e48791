import type { Api } from '../../api.ts'
import { isDirectory, type Memory } from '../../domain/memory/memory.ts'
import type { Change } from '../../domain/memory/version.ts'

/** What a listing knows of a memory. */
export interface IndexEntry {
  readonly memoryId: string
  readonly path: string
  readonly sizeBytes: number
  readonly updatedAt: number
  readonly versionId: string
}

const changesMax = 1_000

/**
 * The paths of one store, read once and kept up to date by its change feed: the Api finds memories
 * by id, an agent names them by path.
 */
export class StoreIndex {
  readonly #api: Api
  readonly #storeId: string
  readonly #byId = new Map<string, IndexEntry>()
  readonly #byPath = new Map<string, IndexEntry>()
  #seq: number | undefined
  #refreshing: Promise<void> | undefined

  constructor(api: Api, storeId: string) {
    this.#api = api
    this.#storeId = storeId
  }

  at(path: string): IndexEntry | undefined {
    return this.#byPath.get(path)
  }

  /** Those at or below a path; "" is the whole store. */
  below(path: string): IndexEntry[] {
    const all = Array.from(this.#byPath.values())
    return all.filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`))
  }

  /** After it the index holds at least every write that was acknowledged before the call. */
  async refresh(): Promise<void> {
    // One that runs already may have read too early: wait for it, then read again.
    while (this.#refreshing !== undefined) await this.#refreshing
    this.#refreshing = this.#read().finally(() => {
      this.#refreshing = undefined
    })
    await this.#refreshing
  }

  async #read(): Promise<void> {
    if (this.#seq === undefined || !(await this.#follow(this.#seq))) await this.#readAll()
  }

  async #readAll(): Promise<void> {
    this.#byId.clear()
    this.#byPath.clear()
    this.#seq = undefined
    // The sequence first: what changes while the pages are read is told again by the feed.
    const { seq } = await this.#api.getUsage({ storeId: this.#storeId })
    let page: string | undefined
    do {
      const answer = await this.#api.listMemories({ storeId: this.#storeId, limit: 100, page })
      for (const item of answer.items) if (!isDirectory(item)) this.#put(entryOf(item))
      page = answer.nextPage
    } while (page !== undefined)
    this.#seq = seq
    if (!(await this.#follow(seq))) throw new Error('the store changed faster than it was read')
  }

  /** @returns false where the feed has lost what this index needs */
  async #follow(from: number): Promise<boolean> {
    let after = from
    for (;;) {
      const input = { storeId: this.#storeId, after, limit: changesMax }
      const { changes, seq } = await this.#api.listChanges(input)
      const [first] = changes
      if (first !== undefined && first.seq !== after + 1) return false
      for (const change of changes) this.#apply(change)
      this.#seq = changes.at(-1)?.seq ?? Math.max(after, seq)
      if (changes.length < changesMax) return true
      after = this.#seq
    }
  }

  #apply(change: Change): void {
    const { kind, memoryId, path } = change
    if (memoryId === undefined || kind === 'redacted') return
    this.#drop(memoryId)
    // A path that was redacted since is told by a later change.
    if (kind === 'deleted' || path === undefined) return
    this.#put({
      memoryId,
      path,
      sizeBytes: change.sizeBytes ?? 0,
      updatedAt: change.at,
      versionId: change.versionId ?? '',
    })
  }

  #put(entry: IndexEntry): void {
    this.#drop(entry.memoryId)
    this.#byId.set(entry.memoryId, entry)
    this.#byPath.set(entry.path, entry)
  }

  #drop(memoryId: string): void {
    const entry = this.#byId.get(memoryId)
    if (entry === undefined) return
    this.#byId.delete(memoryId)
    if (this.#byPath.get(entry.path) === entry) this.#byPath.delete(entry.path)
  }
}

function entryOf({ id, path, sizeBytes, updatedAt, versionId }: Memory): IndexEntry {
  return { memoryId: id, path, sizeBytes, updatedAt, versionId }
}
