import { computed, signal } from '@preact/signals'
import type { WireChange } from '../../wire/change.ts'
import type { WireMemory } from '../../wire/memory.ts'
import { followChanges, type FeedState } from '../api/change-feed.ts'
import { listMemories } from '../api/memories.ts'
import { isOwn } from '../api/own-versions.ts'
import { getUsage } from '../api/stores.ts'
import { rowAfter, rowOf, sortRows, type Row } from './rows.ts'

/** How often a list that is still coming is shown anew. */
const publishMs = 120
/** Changes that are remembered to say who was here. */
const recentMax = 200

/**
 * What a store holds, kept as it is while people look: the list once, then every change. Memories
 * that a change touched are newer than any page of the list.
 */
export class LiveStore {
  readonly storeId: string
  /** In the order of paths. */
  readonly rows = signal<readonly Row[]>([])
  readonly isComplete = signal(false)
  readonly error = signal<unknown>(undefined)
  readonly feed = signal<FeedState>('connecting')
  readonly #changes = signal<ReadonlyMap<string, WireChange>>(new Map())
  /** The newest change of each memory since the page was opened, when others made it. */
  readonly recent = computed<ReadonlyMap<string, WireChange>>(() => {
    const all = [...this.#changes.value]
    return new Map(all.filter(([, change]) => !isOwn(change)))
  })
  /** Changes of the store itself since the page was opened. */
  readonly storeChanges = signal(0)
  readonly isDeleted = signal(false)
  readonly #byId = new Map<string, Row>()
  readonly #touched = new Set<string>()
  /** Deleted from here, and the feed has not come so far: what it tells of them is older. */
  readonly #deleted = new Set<string>()
  readonly #end = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(storeId: string) {
    this.storeId = storeId
  }

  /** Resolves when the list is there; changes go on coming until `close`. */
  async open(): Promise<void> {
    const { signal } = this.#end
    this.error.value = undefined
    try {
      const { seq } = await getUsage(this.storeId, signal)
      void followChanges(
        this.storeId,
        { after: seq, signal },
        {
          onChange: (change) => this.#take(change),
          onState: (state) => (this.feed.value = state),
        },
      )
      for await (const page of listMemories(this.storeId, signal)) this.#add(page)
      this.#publish()
      this.isComplete.value = true
    } catch (error) {
      if (!signal.aborted) this.error.value = error
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#end.abort()
  }

  find(path: string): Row | undefined {
    return this.rows.value.find((row) => row.path === path)
  }

  /** Takes what the server answered to a write, before the feed tells. */
  keep(memory: WireMemory): void {
    const isGone = this.#touched.has(memory.id) && !this.#byId.has(memory.id)
    this.#touched.add(memory.id)
    if (!isGone) this.#put(rowOf(memory))
    this.#publish()
  }

  /** Takes out what was deleted from here, before the feed tells. */
  forget(id: string): void {
    this.#touched.add(id)
    if (this.#byId.delete(id)) this.#deleted.add(id)
    this.#publish()
  }

  /** The feed and the answers to writes overtake each other: what is newer stays. */
  #put(row: Row): void {
    const known = this.#byId.get(row.id)
    // The order of version ids is that of their creation.
    if (known === undefined || known.versionId <= row.versionId) this.#byId.set(row.id, row)
  }

  #add(page: readonly WireMemory[]): void {
    const isFirst = this.#byId.size === 0
    for (const memory of page) {
      if (!this.#touched.has(memory.id)) this.#byId.set(memory.id, rowOf(memory))
    }
    if (isFirst) this.#publish()
    else this.#publishSoon()
  }

  #take(change: WireChange): void {
    const { memory_id: id, kind } = change
    if (kind === 'store_deleted') this.isDeleted.value = true
    if (id === null) {
      this.storeChanges.value += 1
      return
    }
    if (kind === 'redacted') return
    this.#touched.add(id)
    const row = kind === 'deleted' ? undefined : rowAfter(change)
    if (row === undefined) {
      this.#byId.delete(id)
      this.#deleted.delete(id)
    } else if (!this.#deleted.has(id)) this.#put(row)
    this.#remember(id, change)
    this.#publishSoon()
  }

  #remember(id: string, change: WireChange): void {
    const others = [...this.#changes.peek()].filter(([known]) => known !== id)
    this.#changes.value = new Map([...others.slice(-recentMax), [id, change]])
  }

  #publishSoon(): void {
    this.#timer ??= setTimeout(() => this.#publish(), publishMs)
  }

  #publish(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.rows.value = sortRows(this.#byId.values())
  }
}
