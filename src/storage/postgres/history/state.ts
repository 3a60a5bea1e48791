import type { Leaf } from '../../../domain/history/compare-trees.ts'
import type { State } from '../../../domain/history/lineage.ts'
import type { StoreId } from '../../../domain/ids.ts'
import type { Sha256 } from '../../../domain/memory/content.ts'
import { memoryOf, type Memory } from '../../../domain/memory/memory.ts'
import type { Path } from '../../../domain/memory/path.ts'
import { operations } from '../../../domain/memory/version.ts'
import { textOf, type ContentRow } from '../rows.ts'

/** A version as a memory's state at some sequence, a JSON value of a row: `stateJson` makes it. */
export interface StateTuple {
  readonly seq: number
  readonly kind: number
  readonly at: number
  readonly first_seq: number
  readonly first_at: number
  readonly path: string | null
  readonly sha256: string | null
  readonly size: number | null
  readonly actor: string | null
  readonly redacted_at: number | null
}

/** The state of a row with this alias; null where there is none. */
export function stateJson(alias: string): string {
  const fields = ['seq', 'kind', 'at', 'first_seq', 'first_at', 'path', 'size', 'actor']
  const pairs = [...fields, 'redacted_at'].map((field) => `'${field}', ${alias}.${field}`)
  const object = `json_build_object(${pairs.join(', ')}, 'sha256', encode(${alias}.sha256, 'hex'))`
  return `CASE WHEN ${alias}.seq IS NULL THEN NULL ELSE ${object} END`
}

export function stateOf(tuple: StateTuple): State {
  const operation = operations[tuple.kind]
  if (operation === undefined) throw new Error('a state is a version')
  return {
    seq: tuple.seq,
    at: tuple.at,
    operation,
    isRedacted: tuple.redacted_at !== null,
    path: (tuple.path ?? undefined) as Path | undefined,
    sha256: (tuple.sha256 ?? undefined) as Sha256 | undefined,
    sizeBytes: tuple.size ?? undefined,
    actor: tuple.actor ?? undefined,
  }
}

/** Undefined for a deletion, also for one that was redacted. */
export function leafOf(tuple: StateTuple | null): Leaf | undefined {
  if (tuple === null || tuple.kind === 2) return undefined
  const { seq, at, path, sha256, sizeBytes } = stateOf(tuple)
  const { first_seq: firstSeq, first_at: createdAt } = tuple
  return { firstSeq, createdAt, seq, at, path, sha256, sizeBytes }
}

export interface LiveTuple extends StateTuple {
  readonly path: string
  readonly sha256: string
  readonly size: number
}

/** Whether the memory lives in this version and can be read. */
export function isLiveTuple(tuple: StateTuple | null): tuple is LiveTuple {
  return tuple !== null && tuple.kind < 2 && tuple.path !== null
}

export function memoryOfState(storeId: StoreId, tuple: LiveTuple, row: ContentRow): Memory {
  const head = {
    firstSeq: tuple.first_seq,
    headSeq: tuple.seq,
    path: tuple.path as Path,
    sha256: tuple.sha256 as Sha256,
    sizeBytes: tuple.size,
    createdAt: tuple.first_at,
    updatedAt: tuple.at,
  }
  return memoryOf(storeId, head, textOf(row))
}
