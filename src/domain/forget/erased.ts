import type { ForgottenMemory, Kept, RedactedRows } from './receipt.ts'

/** What a forgetting has found to erase so far, as plain data: it outlives a crash. */
export interface ErasedRecord {
  readonly stores: readonly string[]
  readonly memories: readonly ForgottenMemory[]
  readonly sessions: readonly string[]
  readonly redacted: readonly RedactedRows[]
  readonly versions: number
}

/** Adds up what is erased: written down before it is, so that no crash loses a trace of it. */
export class Erased {
  readonly #stores = new Map<string, number>()
  readonly #memories = new Map<string, ForgottenMemory>()
  readonly #sessions = new Set<string>()
  readonly #redacted = new Map<string, { place: string; owner: string; rows: Set<string> }>()
  #versionsOfStores = 0

  store(id: string, versions: number): void {
    if (!this.#stores.has(id)) this.#versionsOfStores += versions
    this.#stores.set(id, versions)
  }

  memory(forgotten: ForgottenMemory): void {
    const key = `${forgotten.store} ${forgotten.memory}`
    const before = this.#memories.get(key)?.versions ?? 0
    this.#memories.set(key, { ...forgotten, versions: Math.max(before, forgotten.versions) })
  }

  session(id: string): void {
    this.#sessions.add(id)
  }

  row(place: string, owner: string, row: string): void {
    const key = `${place} ${owner}`
    const known = this.#redacted.get(key) ?? { place, owner, rows: new Set<string>() }
    known.rows.add(row)
    this.#redacted.set(key, known)
  }

  /** What an interrupted run of the same had written down. */
  resume(record: ErasedRecord): void {
    for (const id of record.stores) this.#stores.set(id, 0)
    this.#versionsOfStores += record.versions
    for (const memory of record.memories) this.memory(memory)
    for (const id of record.sessions) this.session(id)
    for (const { place, owner, rows } of record.redacted) {
      for (const row of rows) this.row(place, owner, row)
    }
  }

  record(): ErasedRecord {
    return {
      stores: [...this.#stores.keys()].sort(),
      memories: [...this.#memories.values()],
      sessions: [...this.#sessions].sort(),
      redacted: [...this.#redacted.values()].map(({ place, owner, rows }) => ({
        place,
        owner,
        rows: [...rows].sort(),
      })),
      versions: this.#versionsOfStores,
    }
  }

  counts(kept: readonly Kept[]): Record<string, number> {
    const { stores, memories, sessions, redacted, versions } = this.record()
    return {
      stores: stores.length,
      memories: memories.length,
      versions: memories.reduce((sum, memory) => sum + memory.versions, versions),
      sessions: sessions.length,
      rows: redacted.reduce((sum, { rows }) => sum + rows.length, 0),
      kept: kept.length,
    }
  }
}
