import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ActorId } from '../../domain/caller.ts'
import type { MemoryId, VersionId } from '../../domain/ids.ts'
import { isDirectory } from '../../domain/memory/memory.ts'
import { root, type Path } from '../../domain/memory/path.ts'
import type { Change } from '../../domain/memory/version.ts'
import { compareBytes } from '../../domain/text.ts'
import type { View } from '../port.ts'
import type { StoreScope } from '../port/store-scope.ts'

/** What a search reads of a storage. */
export type SearchView = Pick<
  View,
  'stores' | 'usage' | 'memory' | 'memories' | 'version' | 'changes' | 'history'
>

/** A live memory as the mirror knows it. A change replaces it, and what was kept of it is gone. */
export interface Entry<Kept> {
  readonly scope: StoreScope
  readonly memoryId: MemoryId
  readonly versionId: VersionId
  readonly path: Path
  readonly updatedAt: number
  /** Undefined until it was looked up; null when none was recorded. */
  actor: ActorId | null | undefined
  /** Made of the text; undefined until the text was seen, or where there is no room for it. */
  kept: Kept | undefined
}

const pageMax = 1_000
/** Memories known at once, of all stores together: some 300 bytes each. */
const entriesMax = 250_000
/** How long a store is not asked about before it makes room for others. */
const unusedMs = 60_000

/**
 * The live memories of one store, beside the storage: listed once, then kept up by the store's
 * changes. What it lacks of a text it does not know, never wrongly.
 */
export class Mirror<Kept> {
  readonly #view: SearchView
  readonly #scope: StoreScope
  readonly #entries = new Map<MemoryId, Entry<Kept>>()
  readonly #onGone: (kept: Kept) => void
  /** When it was asked for last, on the clock of `performance`. */
  usedAt = performance.now()
  #seq: number | undefined
  #byPath: Entry<Kept>[] | undefined
  #following: Promise<unknown> = Promise.resolve()

  constructor(view: SearchView, scope: StoreScope, onGone: (kept: Kept) => void) {
    this.#view = view
    this.#scope = scope
    this.#onGone = onGone
  }

  get entries(): Iterable<Entry<Kept>> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }

  /** What is known of a memory while this version is its current one. */
  at({
    memoryId,
    versionId,
  }: Pick<Entry<Kept>, 'memoryId' | 'versionId'>): Entry<Kept> | undefined {
    const entry = this.#entries.get(memoryId)
    return entry?.versionId === versionId ? entry : undefined
  }

  has(entry: Entry<Kept>): boolean {
    return this.#entries.get(entry.memoryId) === entry
  }

  /** In byte order of their paths. */
  byPath(): readonly Entry<Kept>[] {
    this.#byPath ??= [...this.#entries.values()].sort((a, b) => compareBytes(a.path, b.path))
    return this.#byPath
  }

  /** Takes in every change there is at this moment. @returns false when the store is gone */
  follow(): Promise<boolean> {
    const followed = this.#following.then(() => this.#follow())
    this.#following = followed.catch(() => undefined) // whoever waits for it is told
    return followed
  }

  /** Lets go of everything. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#letGo(entry)
    this.#entries.clear()
    this.#byPath = undefined
    this.#seq = undefined
  }

  async #follow(): Promise<boolean> {
    const usage = await this.#view.usage(this.#scope)
    if (usage === undefined) return false
    if (this.#seq === undefined) await this.#list(usage.seq)
    while ((this.#seq ?? 0) < usage.seq) {
      const after = this.#seq ?? 0
      const query = { after, prefix: root, limit: pageMax }
      const found = await this.#view.changes(this.#scope, query)
      if (!found.found) return false
      for (const change of found.value) this.#apply(change)
      this.#seq = found.value.at(-1)?.seq ?? usage.seq
      await nextTurn()
    }
    return true
  }

  /** As it is while it is being listed; what changes meanwhile comes with the changes. */
  async #list(seq: number): Promise<void> {
    const query = { prefix: root, depth: 0, content: false, limit: pageMax } as const
    for (let after: string | undefined; ;) {
      const found = await this.#view.memories(this.#scope, { ...query, after })
      if (!found.found) return
      for (const item of found.value) {
        if (isDirectory(item)) continue
        const { id: memoryId, versionId, path, updatedAt } = item
        this.#set({ memoryId, versionId, path, updatedAt, actor: undefined })
      }
      const last = found.value.at(-1)
      if (found.value.length < pageMax || last === undefined || isDirectory(last)) break
      after = last.path
      await nextTurn()
    }
    this.#seq = seq
  }

  #apply({ kind, memoryId, versionId, path, at, actor }: Change): void {
    if (memoryId === undefined) return
    if (kind === 'deleted') return this.#remove(memoryId)
    if (kind !== 'created' && kind !== 'modified') return
    if (versionId === undefined || path === undefined) return
    this.#set({ memoryId, versionId, path, updatedAt: at, actor: actor ?? null })
  }

  #set(state: Omit<Entry<Kept>, 'scope' | 'kept'>): void {
    const known = this.#entries.get(state.memoryId)
    if (known?.versionId === state.versionId) return
    if (known !== undefined) this.#letGo(known)
    this.#entries.set(state.memoryId, { ...state, scope: this.#scope, kept: undefined })
    this.#byPath = undefined
  }

  #remove(memoryId: MemoryId): void {
    const known = this.#entries.get(memoryId)
    if (known === undefined) return
    this.#letGo(known)
    this.#entries.delete(memoryId)
    this.#byPath = undefined
  }

  #letGo(entry: Entry<Kept>): void {
    if (entry.kept !== undefined) this.#onGone(entry.kept)
    entry.kept = undefined
  }
}

export interface Keeping<Kept> {
  readonly bytesOf: (kept: Kept) => number
  readonly bytesMax: number
}

/** Mirrors of the stores that were asked about; what they keep is bounded. */
export class Mirrors<Kept> {
  readonly view: SearchView
  readonly #keeping: Keeping<Kept>
  /** Oldest first. */
  readonly #mirrors = new Map<string, Mirror<Kept>>()
  #bytes = 0

  constructor(view: SearchView, keeping: Keeping<Kept>) {
    this.view = view
    this.#keeping = keeping
  }

  get all(): Iterable<Mirror<Kept>> {
    return this.#mirrors.values()
  }

  /** A mirror that knows every write of this moment; undefined when the store is not there. */
  async reach(scope: StoreScope): Promise<Mirror<Kept> | undefined> {
    const key = keyOf(scope)
    const mirror = this.#mirrors.get(key) ?? this.#open(scope)
    if (!(await mirror.follow())) {
      this.#drop(key)
      return undefined
    }
    this.#mirrors.delete(key)
    this.#mirrors.set(key, mirror)
    mirror.usedAt = performance.now()
    this.#bound(mirror)
    return mirror
  }

  /** Lets go of what was superseded in a store: by following it, or else of all that it holds. */
  async settle(scope: StoreScope): Promise<void> {
    const key = keyOf(scope)
    const isFollowed = await this.#mirrors
      .get(key)
      ?.follow()
      .catch(() => false)
    if (isFollowed === false) this.#drop(key)
  }

  /**
   * Keeps something of an entry's text. Stores that nobody asked about for a while make room;
   * those in use do not push each other out, over and over.
   * @returns false when there is no room
   */
  keep(mirror: Mirror<Kept>, entry: Entry<Kept>, kept: Kept): boolean {
    if (!mirror.has(entry) || entry.kept !== undefined) return true
    const bytes = this.#keeping.bytesOf(kept)
    const unusedSince = performance.now() - unusedMs
    for (const [key, other] of this.#mirrors) {
      if (this.#bytes + bytes <= this.#keeping.bytesMax || other.usedAt > unusedSince) break
      this.#drop(key)
    }
    if (this.#bytes + bytes > this.#keeping.bytesMax) return false
    entry.kept = kept
    this.#bytes += bytes
    return true
  }

  #open(scope: StoreScope): Mirror<Kept> {
    const mirror = new Mirror<Kept>(this.view, scope, (kept) => {
      this.#bytes -= this.#keeping.bytesOf(kept)
    })
    this.#mirrors.set(keyOf(scope), mirror)
    return mirror
  }

  #bound(mirror: Mirror<Kept>): void {
    let entries = 0
    for (const { size } of this.#mirrors.values()) entries += size
    for (const [key, other] of this.#mirrors) {
      if (entries <= entriesMax) return
      if (other === mirror) continue
      entries -= other.size
      this.#drop(key)
    }
  }

  #drop(key: string): void {
    this.#mirrors.get(key)?.clear()
    this.#mirrors.delete(key)
  }
}

/** A store asked for from another workspace is another one, which is not there. */
function keyOf({ workspaceId, storeId }: StoreScope): string {
  return `${workspaceId} ${storeId}`
}
