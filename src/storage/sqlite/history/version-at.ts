import type { Memory } from '../../../domain/memory/memory.ts'
import { memoryOf } from '../../../domain/memory/memory.ts'
import type { StoreId } from '../../../domain/ids.ts'
import type { Path } from '../../../domain/memory/path.ts'
import { hexOf } from '../rows.ts'
import type { Statements } from '../statement.ts'

/** A version as a memory's state at some sequence. */
export interface StateRow {
  readonly seq: number
  readonly kind: number
  readonly at: number
  readonly first_seq: number
  readonly first_at: number
  readonly path: string | null
  readonly sha256: Uint8Array | null
  readonly size: number | null
  readonly cid: number | null
  readonly actor: string | null
  readonly redacted_at: number | null
}

export const stateColumns =
  'seq, kind, at, first_seq, first_at, path, sha256, size, cid, actor, redacted_at'

/** The newest version of ?2 (its first sequence) up to the sequence ?3, of the store ?1. */
const versionAt = `SELECT ${stateColumns} FROM changes
  WHERE sid = ?1 AND purged = 0 AND seq <= ?3 AND seq = coalesce(
    (SELECT seq FROM changes WHERE sid = ?1 AND first_seq = ?2 AND prev_seq IS NOT NULL
      AND seq <= ?3 ORDER BY seq DESC LIMIT 1), ?2)`

/** A memory's version that was current after a change; a deletion or redacted one perhaps. */
export function readVersionAt(
  statements: Statements,
  sid: number,
  { firstSeq, seq }: { readonly firstSeq: number; readonly seq: number },
): StateRow | undefined {
  return statements.get<StateRow>(versionAt, sid, firstSeq, seq)
}

const stateBySeq = `SELECT ${stateColumns} FROM changes
  WHERE sid = ? AND seq = ? AND kind < 3 AND purged = 0`

export function readState(statements: Statements, sid: number, seq: number): StateRow | undefined {
  return statements.get<StateRow>(stateBySeq, sid, seq)
}

/** A version in which its memory lives and can be read. */
export interface LiveRow extends StateRow {
  readonly path: Path
  readonly sha256: Uint8Array
  readonly size: number
}

export function isLiveRow(row: StateRow | undefined): row is LiveRow {
  return row !== undefined && row.kind < 2 && row.path !== null
}

export function memoryOfState(storeId: StoreId, row: LiveRow, content?: string): Memory {
  const head = {
    firstSeq: row.first_seq,
    headSeq: row.seq,
    path: row.path,
    sha256: hexOf(row.sha256),
    sizeBytes: row.size,
    createdAt: row.first_at,
    updatedAt: row.at,
  }
  return memoryOf(storeId, head, content)
}
