import type { Provenance } from '../../domain/caller.ts'
import type { StoreId } from '../../domain/ids.ts'
import { headAfter, headBefore, isContentOf } from '../../domain/memory/decide.ts'
import type { Head } from '../../domain/memory/memory.ts'
import type { Path } from '../../domain/memory/path.ts'
import type { Store, Usage } from '../../domain/memory/store.ts'
import type { ChangeKind } from '../../domain/memory/version.ts'
import { execute, type Session, type Statement, type Value } from './connection.ts'
import type { DraftWrite } from './draft.ts'
import { kindNumbers } from './rows.ts'

// What was decided, stored in one statement that takes effect only if the store's sequence is still
// the one the facts were loaded at. Each function here returns false when another writer came
// first.

/** Versions of one store, decided from facts at `before`. */
export interface VersionBatch {
  readonly storeId: StoreId
  /** The store when the facts were loaded, and after all writes. */
  readonly before: Usage
  readonly after: Usage
  readonly now: number
  readonly writes: readonly DraftWrite[]
}

/** Only the parts that a batch needs, so that a create does not pay for a rename. */
type Part = 'removed' | 'added' | 'updated'

/** The text of a part, whose value is the parameter with this number. */
const parts: Record<Part, (parameter: number) => string> = {
  removed: (parameter) => `removed AS (
    DELETE FROM memories m USING won
    WHERE m.store_id = $1 AND m.path = ANY($${parameter}::text[]) RETURNING 1)`,
  added: (parameter) => `added AS (
    INSERT INTO memories (store_id, path, first_seq, first_at, head_seq, head_at, sha256, size)
    SELECT $1, h.path, h.first_seq, h.first_at, h.head_seq, h.head_at, decode(h.sha256, 'hex'), h.size
    FROM won, FREED json_to_recordset($${parameter}::json) AS h(path text, first_seq bigint,
      first_at bigint, head_seq bigint, head_at bigint, sha256 text, size integer))`,
  // The rows are there: a conflict finds each by its key, where a join may scan the whole store.
  updated: (parameter) => `updated AS (
    INSERT INTO memories (store_id, path, first_seq, first_at, head_seq, head_at, sha256, size)
    SELECT $1, h.path, h.first_seq, h.first_at, h.head_seq, h.head_at, decode(h.sha256, 'hex'), h.size
    FROM won, json_to_recordset($${parameter}::json) AS h(path text, first_seq bigint,
      first_at bigint, head_seq bigint, head_at bigint, sha256 text, size integer)
    ON CONFLICT (store_id, path) DO UPDATE SET head_seq = excluded.head_seq,
      head_at = excluded.head_at, sha256 = excluded.sha256, size = excluded.size)`,
}
const partsFrom = 10

/**
 * Reading the removed rows frees their paths before others take them: a moved tree may land where
 * it was.
 */
const freedFirst = '(SELECT count(*) FROM removed) AS freed,'

const statements = new Map<string, Statement>()

function statementFor(needed: readonly Part[]): Statement {
  const name = ['apply', ...needed].join('_')
  const known = statements.get(name)
  if (known) return known
  const freed = needed.includes('removed') ? freedFirst : ''
  const heads = needed.map((part, index) => parts[part](partsFrom + index).replace('FREED', freed))
  const statement = { name, text: `WITH ${[won, ...heads].join(',\n')} ${insertVersions}` }
  statements.set(name, statement)
  return statement
}

const won = `won AS (
    UPDATE counters SET seq = $3, memories = memories + $4, content_bytes = content_bytes + $5,
      versions = versions + $6, changed_at = $7
    WHERE store_id = $1 AND seq = $2 RETURNING 1)`

/**
 * Contents travel as one value, from which each version takes its part, or copies the one before.
 */
const insertVersions = `INSERT INTO changes (store_id, seq, kind, at, first_seq, first_at, prev_seq,
    path, left_path, sha256, size, actor, door, request, claimed, content)
  SELECT $1, v.seq, v.kind, v.at, v.first_seq, v.first_at, v.prev_seq, v.path, v.left_path,
    decode(v.sha256, 'hex'), v.size, v.actor, v.door, v.request, v.claimed,
    CASE WHEN v.start IS NOT NULL THEN substring($9::bytea FROM v.start FOR v.size)
      ELSE (SELECT b.content FROM changes b WHERE b.store_id = $1 AND b.seq = v.content_of) END
  FROM won, json_to_recordset($8::json) AS v(seq bigint, kind smallint, at bigint, first_seq bigint,
    first_at bigint, prev_seq bigint, path text, left_path text, sha256 text, size integer, actor text, door text,
    request text, claimed text, start integer, content_of bigint)`

export async function applyVersions(session: Session, batch: VersionBatch): Promise<boolean> {
  const contents: Buffer[] = []
  const rows = versionRows(batch.writes, contents)
  const heads = headValues(batch.writes)
  const { before, after } = batch
  const values: Value[] = [
    batch.storeId,
    before.seq,
    after.seq,
    after.memories - before.memories,
    after.contentBytes - before.contentBytes,
    batch.writes.length,
    batch.now,
    JSON.stringify(rows),
    Buffer.concat(contents),
    ...heads.map(({ value }) => value),
  ]
  const statement = statementFor(heads.map(({ part }) => part))
  return (await execute(session, statement, values)) > 0
}

function headValues(writes: readonly DraftWrite[]): { part: Part; value: Value }[] {
  const { removed, added, updated } = headsAfter(writes)
  const values: { part: Part; value: Value }[] = []
  if (removed.size > 0) values.push({ part: 'removed', value: [...removed] })
  if (added.size > 0) values.push({ part: 'added', value: headRows(added) })
  if (updated.size > 0) values.push({ part: 'updated', value: headRows(updated) })
  return values
}

/** Which rows of live memories go, come and change. No path is in the way of another. */
function headsAfter(writes: readonly DraftWrite[]) {
  const removed = new Set<Path>()
  const added = new Map<Path, Head>()
  const updated = new Map<Path, Head>()
  for (const { write } of writes) {
    if (write.kind === 'modified' && write.before.path === write.after.path) {
      updated.set(write.after.path, write.after)
      continue
    }
    const [before, head] = [headBefore(write), headAfter(write)]
    if (before) removed.add(before.path)
    if (head) added.set(head.path, head)
  }
  return { removed, added, updated }
}

function headRows(heads: ReadonlyMap<Path, Head>): string {
  const rows = [...heads.values()].map((head) => ({
    path: head.path,
    first_seq: head.firstSeq,
    first_at: head.createdAt,
    head_seq: head.headSeq,
    head_at: head.updatedAt,
    sha256: head.sha256,
    size: head.sizeBytes,
  }))
  return JSON.stringify(rows)
}

/** One row for each version; its content goes to the end of `contents`. */
function versionRows(writes: readonly DraftWrite[], contents: Buffer[]) {
  let end = 0
  return writes.map(({ write, by }) => {
    const row = versionRow(write, by)
    if (write.kind === 'deleted' || write.content === undefined) return row
    if (isContentOf(write.content)) return { ...row, content_of: write.content.seq }
    const content = Buffer.from(write.content.text)
    contents.push(content)
    const start = end + 1 // positions in bytea count from 1
    end += content.length
    return { ...row, start }
  })
}

function versionRow(write: DraftWrite['write'], by: Provenance) {
  const kind = kindNumbers[write.kind === 'revived' ? 'created' : write.kind]
  const claimed = by.claimed && JSON.stringify(by.claimed)
  const cause = { kind, actor: by.actor, door: by.door, request: by.requestId, claimed }
  const before = headBefore(write)
  const left_path = before?.path === headAfter(write)?.path ? undefined : before?.path
  if (write.kind === 'deleted') {
    const { path, firstSeq, createdAt, headSeq } = write.before
    const position = { seq: write.seq, at: write.at, prev_seq: headSeq }
    return { ...cause, ...position, path, left_path, first_seq: firstSeq, first_at: createdAt }
  }
  const { path, firstSeq, createdAt, headSeq, updatedAt, sha256, sizeBytes } = write.after
  return {
    ...cause,
    seq: headSeq,
    at: updatedAt,
    first_seq: firstSeq,
    first_at: createdAt,
    prev_seq: write.kind === 'revived' ? write.deletedSeq : before?.headSeq,
    path,
    left_path,
    sha256,
    size: sizeBytes,
    content_of: before?.headSeq,
  }
}

/** A change of the store itself or a redaction, in the store's order. */
export interface OtherChange {
  readonly storeId: StoreId
  /** The store's sequence when the facts were loaded. */
  readonly expectedSeq: number
  readonly at: number
  readonly by: Provenance
}

const wonOther = `won AS (
    UPDATE counters SET seq = $2::bigint + 1, changed_at = $3
    WHERE store_id = $1 AND seq = $2 RETURNING 1)`

const recordOther = `INSERT INTO changes (store_id, seq, at, kind, actor, door, request`

function otherValues({ storeId, expectedSeq, at, by }: OtherChange): Value[] {
  return [storeId, expectedSeq, at, by.actor, by.door, by.requestId]
}

/**
 * Whether no other version of a memory than $7 has a path: then the path goes from where the
 * leaving of it is noted, too.
 */
function isLastAt(path: string, firstSeq: string): string {
  return `(SELECT o.seq FROM changes o WHERE o.store_id = $1 AND o.first_seq = ${firstSeq}
    AND o.kind < 3 AND o.seq <> $7::bigint AND o.path = ${path} ORDER BY o.seq LIMIT 1) IS NULL`
}

const redactStatement: Statement = {
  name: 'redact_version',
  text: `WITH ${wonOther}, erased AS (
      UPDATE changes v SET path = NULL, sha256 = NULL, size = NULL, content = NULL,
        left_path = CASE WHEN v.left_path = v.path AND ${isLastAt('v.path', 'v.first_seq')} THEN NULL
          ELSE v.left_path END,
        redacted_at = $3, redacted_by = $4
      FROM won WHERE v.store_id = $1 AND v.seq = $7::bigint AND v.redacted_at IS NULL),
    forgotten AS (
      UPDATE changes c SET left_path = NULL FROM won
      WHERE c.store_id = $1 AND c.left_path = (SELECT v.path FROM changes v
          WHERE v.store_id = $1 AND v.seq = $7::bigint LIMIT 1)
        AND c.first_seq = $9::bigint AND c.seq <> $7::bigint
        AND ${isLastAt('c.left_path', 'c.first_seq')})
    ${recordOther}, target_seq, target_at, first_seq, first_at, claimed, reason)
    SELECT $1, $2 + 1, $3, ${kindNumbers.redacted}, $4, $5, $6, $7, $8::bigint, $9::bigint, $10::bigint,
      $11::text, $12::text
    FROM won`,
}

export interface Redaction extends OtherChange {
  readonly versionSeq: number
  readonly reason: string | undefined
  readonly target: {
    readonly at: number | null
    readonly firstSeq: number | null
    readonly firstAt: number | null
  }
}

export async function applyRedaction(session: Session, redaction: Redaction): Promise<boolean> {
  const { versionSeq, target, reason = null } = redaction
  const { claimed } = redaction.by
  const claim = claimed === undefined ? null : JSON.stringify(claimed)
  const subject = [versionSeq, target.at, target.firstSeq, target.firstAt, claim, reason]
  return (await execute(session, redactStatement, [...otherValues(redaction), ...subject])) > 0
}

const storeStatement: Statement = {
  name: 'change_store',
  text: `WITH ${wonOther}, changed AS (
      UPDATE stores s SET name = $8, description = $9, metadata = $10::json, updated_at = $11, archived_at = $12
      FROM won WHERE s.id = $1)
    ${recordOther}) SELECT $1, $2 + 1, $3, $7::smallint, $4::text, $5::text, $6::text FROM won`,
}

export async function applyStore(
  session: Session,
  change: OtherChange & { readonly kind: ChangeKind; readonly store: Store },
): Promise<boolean> {
  const { name, description, metadata, updatedAt, archivedAt } = change.store
  const values = [name, description, JSON.stringify(metadata), updatedAt, archivedAt ?? null]
  const kind = kindNumbers[change.kind]
  return (await execute(session, storeStatement, [...otherValues(change), kind, ...values])) > 0
}

/** The sequence moves on, so that whoever decided before the deletion loses the race. */
const deleteStoreStatement: Statement = {
  name: 'delete_store',
  text: `WITH ${wonOther}, uncounted AS (
      UPDATE workspaces w SET stores = w.stores - 1
      FROM won, stores s WHERE s.id = $1 AND w.id = s.workspace_id), ending AS (
      INSERT INTO store_endings (store_id, workspace_id, at)
      SELECT s.id, s.workspace_id, $3 FROM won, stores s WHERE s.id = $1)
    UPDATE stores s SET deleted_at = $3 FROM won WHERE s.id = $1`,
}

/** Hides the store at once; what is in it is reaped afterwards. */
export async function applyStoreDeletion(
  session: Session,
  { storeId, expectedSeq, at }: Omit<OtherChange, 'by'>,
): Promise<boolean> {
  return (await execute(session, deleteStoreStatement, [storeId, expectedSeq, at])) > 0
}
