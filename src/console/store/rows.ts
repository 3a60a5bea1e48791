import type { WireChange } from '../../wire/change.ts'
import type { WireMemory } from '../../wire/memory.ts'

/** A live memory without its content, as lists show it. */
export interface Row {
  readonly id: string
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly versionId: string
  readonly updatedAt: string
}

export function rowOf(memory: WireMemory): Row {
  return {
    id: memory.id,
    path: memory.path,
    sha256: memory.content_sha256,
    sizeBytes: memory.content_size_bytes,
    versionId: memory.memory_version_id,
    updatedAt: memory.updated_at,
  }
}

/** What a change made of a memory; undefined when nothing of it lives. */
export function rowAfter(change: WireChange): Row | undefined {
  const { memory_id: id, path, content_sha256: sha256, memory_version_id: versionId } = change
  if (id === null || path === null || sha256 === null || versionId === null) return undefined
  const sizeBytes = change.content_size_bytes ?? 0
  return { id, path, sha256, sizeBytes, versionId, updatedAt: change.created_at }
}

/** In the order of paths, in which everything below a directory stands together. */
export function sortRows(rows: Iterable<Row>): readonly Row[] {
  return [...rows].sort((a, b) => comparePaths(a.path, b.path))
}

/** Letter by letter, but a number is one letter: topic-2 stands before topic-10. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  let start = at
  while (start > 0 && isDigit(a, start - 1)) start -= 1
  const [one, other] = [digitsAt(a, start), digitsAt(b, start)]
  if (one !== '' && other !== '' && one !== other) return compareNumbers(one, other)
  return a < b ? -1 : 1
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

function digitsAt(text: string, start: number): string {
  let end = start
  while (isDigit(text, end)) end += 1
  return text.slice(start, end)
}

/** Of any length; of two that are equal, the one with fewer zeros before it comes first. */
function compareNumbers(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')]
  if (a.length !== b.length) return a.length - b.length
  if (a !== b) return a < b ? -1 : 1
  return one.length - other.length
}

export const sorts = ['path', 'changed', 'size'] as const
export type Sort = (typeof sorts)[number]

const orders: Readonly<Record<Exclude<Sort, 'path'>, (a: Row, b: Row) => number>> = {
  changed: (a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0),
  size: (a, b) => b.sizeBytes - a.sizeBytes,
}

/** @param rows in the order of paths */
export function orderRows(rows: readonly Row[], sort: Sort): readonly Row[] {
  return sort === 'path' ? rows : rows.toSorted(orders[sort])
}

/** Those whose path has every word of the text. */
export function filterRows(rows: readonly Row[], text: string): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter(({ path }) => {
    const name = path.toLowerCase()
    return words.every((word) => name.includes(word))
  })
}

/** The directory that a path is in; ends with "/". */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
