import type { ForgottenMemory, Kept, RedactedRows } from './receipt.ts'
import { countRows, rangeOf, spansOf } from './spans.ts'

/** What a forgetting has found to erase so far, as plain data: it outlives a crash. */
export interface ErasedRecord {
  readonly stores: readonly string[]
  readonly memories: readonly ForgottenMemory[]
  readonly sessions: readonly string[]
  readonly redacted: readonly RedactedRows[]
  readonly versions: number
}

interface Rows {
  readonly place: string
  readonly owner: string
  /** Ids; numbers where rows have those. */
  readonly rows: Set<string | number>
}

/** Adds up what is erased: written down before it is, so that no crash loses a trace of it. */
export class Erased {
  readonly #stores = new Map<string, number>()
  readonly #memories = new Map<string, ForgottenMemory>()
  readonly #sessions = new Set<string>()
  readonly #redacted = new Map<string, Rows>()
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

  row(place: string, owner: string, row: string | number): void {
    const key = `${place} ${owner}`
    const known = this.#redacted.get(key) ?? { place, owner, rows: new Set() }
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
      for (const row of rows) this.#resumeRow(place, owner, row)
    }
  }

  #resumeRow(place: string, owner: string, row: string): void {
    const range = rangeOf(row)
    if (range === undefined) return this.row(place, owner, row)
    for (let number = range[0]; number <= range[1]; number += 1) this.row(place, owner, number)
  }

  record(): ErasedRecord {
    return {
      stores: [...this.#stores.keys()].sort(),
      memories: [...this.#memories.values()],
      sessions: [...this.#sessions].sort(),
      redacted: [...this.#redacted.values()].map(({ place, owner, rows }) => ({
        place,
        owner,
        rows: namesOf(rows),
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
      rows: redacted.reduce((sum, { rows }) => sum + countRows(rows), 0),
      kept: kept.length,
    }
  }
}

function namesOf(rows: ReadonlySet<string | number>): string[] {
  const numbers: number[] = []
  const ids: string[] = []
  for (const row of rows) {
    if (typeof row === 'number') numbers.push(row)
    else ids.push(row)
  }
  return [...ids.sort(), ...spansOf(numbers.sort((a, b) => a - b))]
}
