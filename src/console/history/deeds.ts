import type { WireLogEntry } from '../../wire/logged.ts'

/** What a change was, as far as the changes beside it tell. */
export interface Deed {
  readonly words: string
  /** The sequence of the change that had the same text before. */
  readonly again?: number
  /** The sequence of the one change that is gone by that. */
  readonly undoes?: number
}

/** @param entries newest first; what is not among them cannot be compared with */
export function deedsOf(entries: readonly WireLogEntry[]): ReadonlyMap<number, Deed> {
  const deeds = new Map<number, Deed>()
  const texts = new Map<string, { hash: string; seq: number }[]>()
  for (const entry of entries.toReversed()) {
    const { memory_id: memory, content_sha256: hash, seq } = entry
    const before = texts.get(memory ?? '') ?? []
    deeds.set(seq, deedOf(entry, before))
    if (memory === null || hash === null || entry.kind === 'redacted') continue
    texts.set(memory, [...before, { hash, seq }])
  }
  return deeds
}

function deedOf(
  entry: WireLogEntry,
  before: readonly { readonly hash: string; readonly seq: number }[],
): Deed {
  const { kind, content_sha256: hash, path, previous_path: previousPath } = entry
  // A memory is made once: with a version before it, it comes back.
  if (kind === 'created' && entry.previous_version_id !== null) return { words: 'brought back' }
  const same = before.findLast((one) => one.hash === hash)
  if (kind !== 'modified' || same === undefined) return { words: kindWords(kind) }
  const last = before.at(-1)
  if (last !== undefined && same !== last) {
    const isOneBack = same === before.at(-2)
    return { words: 'restored', again: same.seq, ...(isOneBack ? { undoes: last.seq } : {}) }
  }
  return { words: path !== null && previousPath !== null ? 'renamed' : 'modified' }
}

export function kindWords(kind: WireLogEntry['kind']): string {
  return kind.replace('store_', 'store ')
}
