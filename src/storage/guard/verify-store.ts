import {
  checkContent,
  StoreCheck,
  type Report,
  type StoredChange,
  type StoredMemory,
  type StoredTally,
} from '../../domain/guard/check-store.ts'
import { parseClaim } from '../../domain/memory/claim.ts'
import { changeKinds } from '../../domain/memory/version.ts'
import { parseKeptReason } from '../../domain/reason.ts'
import { select, type Script } from '../sessions/script.ts'
import type { CountingTable } from '../webhooks/reads.ts'

/** How an engine spells the reads of a check. Hashes come as bytes, absent columns as null. */
export interface VerifyDialect {
  /** $1 the last id, $2 how many: ascending, without what is deleted and waits to be removed. */
  readonly stores: string
  /** $1 the store's key, $2 the last sequence, $3 how many. */
  readonly changes: string
  /** $1 the store's key, $2 the last path, $3 how many. */
  readonly memories: string
  /** $1 the store's key, $2 the last sequence, $3 how many; only what has content. */
  readonly contents: string
  readonly counting: CountingTable
  /** What else of the rows of a store the engine has to see for checks of its own. */
  readonly watcher: (report: Report) => EngineWatcher
}

/** Sees the rows of one store as they are. */
export interface EngineWatcher {
  change(row: ChangeRow): void
  memory(row: MemoryRow): void
  finish(): void
}

export interface StoreKeyRow {
  readonly id: string
  /** By what rows of the store are found. */
  readonly key: string | number
  readonly workspace: string | null
}

interface TallyRow extends StoreKeyRow {
  readonly seq: number
  readonly memories: number
  readonly bytes: number
  readonly versions: number
  readonly history_from: number
}

export interface ChangeRow {
  readonly seq: number
  readonly kind: number
  readonly at: number
  readonly first_seq: number | null
  readonly first_at: number | null
  readonly prev_seq: number | null
  readonly path: string | null
  readonly left_path: string | null
  readonly sha256: Uint8Array | null
  readonly size: number | null
  readonly redacted_at: number | null
  readonly claimed: string | null
  readonly reason: string | null
  readonly purged: number
  readonly has_content: number | boolean
  readonly head_seq: number | null
  /** SQLite: which content, and how many versions are said to share it. */
  readonly cid?: number | null
  readonly shared?: number | null
}

export interface MemoryRow {
  readonly path: string
  readonly first_seq: number
  readonly first_at: number
  readonly head_seq: number
  readonly head_at: number
  readonly sha256: Uint8Array
  readonly size: number
  readonly cid?: number
}

const rowsMax = 2_000
const contentsMax = 64

export interface StoreCounts {
  memories: number
  versions: number
}

/** The next store after an id; undefined behind the last one. */
export function* nextStore(
  dialect: VerifyDialect,
  afterId: string,
): Script<StoreKeyRow | undefined> {
  const [row] = yield* select<StoreKeyRow>(dialect.stores, afterId, 1)
  return row
}

/** One store, all of it but the bytes, from one committed state; nothing when it is gone. */
export function* verifyStore(
  dialect: VerifyDialect,
  afterId: string,
  report: Report,
): Script<StoreCounts> {
  const [store] = yield* select<TallyRow>(dialect.stores, afterId, 1)
  const counts = { memories: 0, versions: 0 }
  if (store === undefined) return counts
  if (store.workspace === null) report('reference', '', 'is in a workspace that is not there')
  const check = new StoreCheck(tallyOf(store), report)
  const watcher = dialect.watcher(report)
  for (let after = 0; ;) {
    const rows = yield* select<ChangeRow>(dialect.changes, store.key, after, rowsMax)
    for (const row of rows) {
      check.change(changeOf(row))
      watcher.change(row)
      if (!isClaim(row.claimed)) report('chain', `seq ${row.seq}`, 'claims what cannot be read')
      if (!isReason(row)) report('chain', `seq ${row.seq}`, 'has a reason that no redaction has')
      if (row.kind < 3 && row.purged === 0) counts.versions += 1
    }
    after = rows.at(-1)?.seq ?? after
    if (rows.length < rowsMax) break
  }
  for (let after = ''; ;) {
    const rows = yield* select<MemoryRow>(dialect.memories, store.key, after, rowsMax)
    for (const row of rows) {
      check.memory(memoryOf(row))
      watcher.memory(row)
    }
    counts.memories += rows.length
    after = rows.at(-1)?.path ?? after
    if (rows.length < rowsMax) break
  }
  check.finish()
  watcher.finish()
  return counts
}

interface ContentRow {
  readonly seq: number
  readonly sha256: Uint8Array | null
  readonly size: number | null
  readonly bytes: Uint8Array
}

export interface ContentSlice {
  /** Undefined: there is no more. */
  readonly next: number | undefined
  readonly bytes: number
}

/** Bytes against their hashes, a slice at a time: each is a state of its own. */
export function* verifyContents(
  dialect: VerifyDialect,
  { key, after }: { readonly key: string | number; readonly after: number },
  report: Report,
): Script<ContentSlice> {
  const rows = yield* select<ContentRow>(dialect.contents, key, after, contentsMax)
  let bytes = 0
  for (const row of rows) {
    bytes += row.bytes.byteLength
    const sha256 = row.sha256 === null ? '' : hexOf(row.sha256)
    checkContent({ seq: row.seq, sha256, size: row.size ?? -1, bytes: row.bytes }, report)
  }
  return { next: rows.length < contentsMax ? undefined : rows.at(-1)?.seq, bytes }
}

/** What was brought in says how it was where it came from; other changes say nothing. */
function isClaim(claimed: string | null): boolean {
  if (claimed === null) return true
  try {
    parseClaim(JSON.parse(claimed), 'claimed')
    return true
  } catch {
    return false
  }
}

/** Redactions alone have one, and not all of them. */
function isReason({ kind, reason }: ChangeRow): boolean {
  if (reason === null) return true
  if (changeKinds[kind] !== 'redacted') return false
  try {
    parseKeptReason(reason, 'reason')
    return true
  } catch {
    return false
  }
}

function tallyOf(row: TallyRow): StoredTally {
  const { seq, memories, bytes, versions, history_from: historyFrom } = row
  return { seq, memories, bytes, versions, historyFrom }
}

function changeOf(row: ChangeRow): StoredChange {
  return {
    seq: row.seq,
    kind: changeKinds[row.kind],
    at: row.at,
    firstSeq: row.first_seq ?? undefined,
    firstAt: row.first_at ?? undefined,
    prevSeq: row.prev_seq ?? undefined,
    path: row.path ?? undefined,
    leftPath: row.left_path ?? undefined,
    sha256: row.sha256 === null ? undefined : hexOf(row.sha256),
    size: row.size ?? undefined,
    isRedacted: row.redacted_at !== null,
    isPurged: row.purged === 1,
    hasContent: Boolean(row.has_content),
    headSeq: row.head_seq ?? undefined,
  }
}

function memoryOf(row: MemoryRow): StoredMemory {
  return {
    path: row.path,
    firstSeq: row.first_seq,
    firstAt: row.first_at,
    headSeq: row.head_seq,
    headAt: row.head_at,
    sha256: hexOf(row.sha256),
    size: row.size,
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
