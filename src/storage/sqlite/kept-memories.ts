import type { StoreId } from '../../domain/ids.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import type { Command } from '../port.ts'
import type { StoreScope } from '../port/store-scope.ts'

/**
 * Bytes that what is kept may take, content and its JSON together: 2,000 memories of 4 kB and more.
 */
const bytesMax = 24 * 1_048_576
/** Of a kept memory without its content. */
const entryBytes = 1_024
/** Ids remembered of memories that were read once. */
const readOnceMax = 8_192

interface Kept {
  readonly workspaceId: string
  readonly memory: Memory
  readonly bytes: number
}

/**
 * Memories with content that were read twice, frozen and handed out again as they are: agents read
 * the same few over and over. Only right because every write of this database comes through this
 * process: what a command may change is let go before it is sent to the writer, and is not kept
 * again
 * before the command has ended.
 */
export class KeptMemories {
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>()
  readonly #ofStore = new Map<StoreId, Set<string>>()
  /** Keeping what is read once would only push out what is read often. */
  readonly #readOnce = new Set<string>()
  /** Commands under way that may change or remove memories of a store. */
  readonly #writing = new Map<StoreId, number>()
  #bytes = 0

  get({ storeId, workspaceId }: StoreScope, memoryId: string): Memory | undefined {
    const kept = this.#kept.get(memoryId)
    if (kept?.workspaceId !== workspaceId || kept.memory.storeId !== storeId) return undefined
    return kept.memory
  }

  /** Takes note of a memory that was read just now. */
  offer({ storeId, workspaceId }: StoreScope, memory: Memory): void {
    if (this.#writing.has(storeId) || !this.#isReadAgain(memory.id)) return
    const bytes = entryBytes + 2 * memory.sizeBytes
    this.#kept.set(memory.id, { workspaceId, memory: Object.freeze(memory), bytes })
    const ids = this.#ofStore.get(storeId)
    if (ids === undefined) this.#ofStore.set(storeId, new Set([memory.id]))
    else ids.add(memory.id)
    this.#bytes += bytes
    if (this.#bytes > bytesMax) this.#forgetOldest()
  }

  #isReadAgain(memoryId: string): boolean {
    if (this.#readOnce.delete(memoryId)) return true
    if (this.#readOnce.size >= readOnceMax) this.#readOnce.clear()
    this.#readOnce.add(memoryId)
    return false
  }

  /** Call before a command is sent to the writer; dispose of the result once it has ended. */
  writing(command: Command): Disposable {
    // A new memory changes nothing that could be kept.
    if (!('storeId' in command) || command.type === 'create_memory') return nothing
    const { storeId } = command
    this.#forgetStore(storeId)
    this.#writing.set(storeId, (this.#writing.get(storeId) ?? 0) + 1)
    return {
      [Symbol.dispose]: () => {
        const others = (this.#writing.get(storeId) ?? 0) - 1
        if (others > 0) this.#writing.set(storeId, others)
        else this.#writing.delete(storeId)
      },
    }
  }

  #forgetStore(storeId: StoreId): void {
    for (const id of this.#ofStore.get(storeId) ?? []) this.#forget(id)
  }

  #forgetOldest(): void {
    for (const id of this.#kept.keys()) {
      if (this.#bytes <= bytesMax) return
      this.#forget(id)
    }
  }

  #forget(id: string): void {
    const kept = this.#kept.get(id)
    if (kept === undefined) return
    const { storeId } = kept.memory
    const ids = this.#ofStore.get(storeId)
    ids?.delete(id)
    if (ids?.size === 0) this.#ofStore.delete(storeId)
    this.#kept.delete(id)
    this.#bytes -= kept.bytes
  }
}

/** Reads everything anew, for a thread that hears of no writes. */
export const keepsNothing: Pick<KeptMemories, 'get' | 'offer'> = {
  get: () => undefined,
  offer: () => undefined,
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined }
