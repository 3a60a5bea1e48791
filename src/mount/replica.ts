import type { MemoryId } from '../domain/ids.ts'

/** A memory as the store had it at a sequence. */
export interface Committed {
  readonly id: MemoryId
  readonly path: string
  readonly sha256: string
  readonly bytes: Buffer
  /** The store's sequence by which it was so. */
  readonly seq: number
  readonly updatedAtMs: number
}

/** Hears of everything that a next worker has to know of the store. */
export interface ReplicaLog {
  committed(memory: Committed): void
  uncommitted(id: MemoryId, seq: number): void
}

/**
 * What the server is known to hold: the feed in its order, and answers to our own writes ahead of
 * it. News older than what is known of a memory changes nothing.
 */
export class Replica {
  readonly #log: ReplicaLog
  readonly #byId = new Map<MemoryId, Committed>()
  readonly #byPath = new Map<string, MemoryId>()
  /** Deleted by us, until the feed tells of it. */
  readonly #gone = new Map<MemoryId, number>()

  constructor(log: ReplicaLog) {
    this.#log = log
  }

  get(id: MemoryId): Committed | undefined {
    return this.#byId.get(id)
  }

  at(path: string): Committed | undefined {
    const id = this.#byPath.get(path)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  get memories(): Iterable<Committed> {
    return this.#byId.values()
  }

  get size(): number {
    return this.#byId.size
  }

  /** The sequence up to which this memory is known. */
  seqOf(id: MemoryId): number {
    return this.#byId.get(id)?.seq ?? this.#gone.get(id) ?? 0
  }

  /** @returns false for old news */
  put(memory: Committed): boolean {
    const known = this.seqOf(memory.id)
    if (known > memory.seq) return false
    if (isSame(this.#byId.get(memory.id), memory)) return true
    this.#unplace(memory.id)
    this.#gone.delete(memory.id)
    this.#byId.set(memory.id, memory)
    this.#byPath.set(memory.path, memory.id)
    this.#log.committed(memory)
    return true
  }

  /** @returns false for old news */
  remove(id: MemoryId, seq: number): boolean {
    if (this.seqOf(id) > seq) return false
    this.#unplace(id)
    this.#byId.delete(id)
    this.#gone.set(id, seq)
    this.#log.uncommitted(id, seq)
    return true
  }

  /**
   * The feed has told everything up to here: what it will not mention again need not be remembered.
   */
  passed(seq: number): void {
    for (const [id, at] of this.#gone) if (at <= seq) this.#gone.delete(id)
  }

  #unplace(id: MemoryId): void {
    const path = this.#byId.get(id)?.path
    if (path !== undefined && this.#byPath.get(path) === id) this.#byPath.delete(path)
  }
}

function isSame(known: Committed | undefined, memory: Committed): boolean {
  return known?.seq === memory.seq && known.sha256 === memory.sha256 && known.path === memory.path
}
