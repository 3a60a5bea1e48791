import type { Provenance } from '../../domain/caller.ts'
import type { Content } from '../../domain/memory/content.ts'
import { isContentOf, type ContentOf, type VersionWrite } from '../../domain/memory/decide.ts'
import { causeOf, type Causing } from '../../domain/memory/move.ts'
import type { Store } from '../../domain/memory/store.ts'
import type { ChangeKind } from '../../domain/memory/version.ts'
import type { Scope } from './load.ts'
import { bytesOf, doorNumber, kindNumber } from './rows.ts'
import type { Statements } from './statement.ts'

// What a decision changes, written inside the writer's transaction. Nothing here decides.

const insertContent = 'INSERT INTO contents (body) VALUES (CAST(? AS BLOB))'
const insertVersion = `INSERT INTO changes
  (sid, seq, kind, at, first_seq, first_at, prev_seq, head_seq, path, sha256, size, cid, actor, door,
    request, claimed, left_path)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const setHead = 'UPDATE changes SET head_seq = ? WHERE sid = ? AND seq = ?'
const insertMemory = `INSERT INTO memories
  (sid, path, first_seq, first_at, head_seq, head_at, sha256, size, cid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
const updateMemory = `UPDATE memories SET head_seq = ?, head_at = ?, sha256 = ?, size = ?, cid = ?
  WHERE sid = ? AND path = ?`
const deleteMemory = 'DELETE FROM memories WHERE sid = ? AND path = ?'
const updateTally = `UPDATE tallies SET seq = seq + ?, memories = memories + ?, bytes = bytes + ?,
  versions = versions + ?, changed_at = ? WHERE sid = ?`

/** Writes versions in order; the store's sequence advances by one for each. */
export function applyVersions(
  statements: Statements,
  scope: Scope,
  { writes, command }: { readonly writes: readonly VersionWrite[]; readonly command: Causing },
): void {
  let memories = 0
  let bytes = 0
  // Old paths go first: a moved tree may land on paths that it leaves.
  for (const write of writes) {
    if (write.kind === 'modified' && write.before.path !== write.after.path) {
      statements.run(deleteMemory, scope.sid, write.before.path)
    }
  }
  for (const [index, write] of writes.entries()) {
    const by = causeOf(command, index)
    switch (write.kind) {
      case 'created':
        applyCreated(statements, scope, { ...write, by })
        memories += 1
        bytes += write.after.sizeBytes
        break
      case 'modified':
        applyModified(statements, scope, { ...write, by })
        bytes += write.after.sizeBytes - write.before.sizeBytes
        break
      case 'deleted':
        applyDeleted(statements, scope, { ...write, by })
        memories -= 1
        bytes -= write.before.sizeBytes
        break
      case 'revived':
        applyRevived(statements, scope, { ...write, by })
        memories += 1
        bytes += write.after.sizeBytes
        break
    }
  }
  const count = writes.length
  statements.run(updateTally, count, memories, bytes, count, scope.now, scope.sid)
}

interface Written {
  readonly by: Provenance
}

function applyCreated(
  statements: Statements,
  { sid }: Scope,
  { after, content, by }: Extract<VersionWrite, { kind: 'created' }> & Written,
): void {
  const cid = keepContent(statements, content)
  const sha256 = bytesOf(after.sha256)
  const { headSeq: seq, updatedAt: at, path, sizeBytes } = after
  const kind = kindNumber('created')
  const tail = [path, sha256, sizeBytes, cid, ...causeValues(by), null]
  statements.run(insertVersion, sid, seq, kind, at, seq, at, null, seq, ...tail)
  statements.run(insertMemory, sid, path, seq, at, seq, at, sha256, sizeBytes, cid)
}

function applyModified(
  statements: Statements,
  { sid }: Scope,
  { before, after, content, by }: Extract<VersionWrite, { kind: 'modified' }> & Written,
): void {
  const cid = holdContent(statements, sid, content ?? { ...before, seq: before.headSeq })
  const { headSeq: seq, updatedAt: at, firstSeq, createdAt, path, sizeBytes } = after
  const sha256 = bytesOf(after.sha256)
  const left = path === before.path ? null : before.path
  const tail = [path, sha256, sizeBytes, cid, ...causeValues(by), left]
  const kind = kindNumber('modified')
  const before_ = before.headSeq
  statements.run(insertVersion, sid, seq, kind, at, firstSeq, createdAt, before_, null, ...tail)
  statements.run(setHead, seq, sid, firstSeq)
  if (path === before.path) {
    statements.run(updateMemory, seq, at, sha256, sizeBytes, cid, sid, path)
  } else {
    statements.run(insertMemory, sid, path, firstSeq, createdAt, seq, at, sha256, sizeBytes, cid)
  }
}

function applyDeleted(
  statements: Statements,
  { sid }: Scope,
  { before, seq, at, by }: Extract<VersionWrite, { kind: 'deleted' }> & Written,
): void {
  const { firstSeq, createdAt, headSeq, path } = before
  const tail = [path, null, null, null, ...causeValues(by), path]
  const kind = kindNumber('deleted')
  statements.run(insertVersion, sid, seq, kind, at, firstSeq, createdAt, headSeq, null, ...tail)
  statements.run(setHead, seq, sid, firstSeq)
  statements.run(deleteMemory, sid, path)
}

function applyRevived(
  statements: Statements,
  { sid }: Scope,
  { deletedSeq, after, content, by }: Extract<VersionWrite, { kind: 'revived' }> & Written,
): void {
  const cid = holdContent(statements, sid, content)
  const { headSeq: seq, updatedAt: at, firstSeq, createdAt, path, sizeBytes } = after
  const sha256 = bytesOf(after.sha256)
  const tail = [path, sha256, sizeBytes, cid, ...causeValues(by), null]
  const kind = kindNumber('created')
  statements.run(insertVersion, sid, seq, kind, at, firstSeq, createdAt, deletedSeq, null, ...tail)
  statements.run(setHead, seq, sid, firstSeq)
  statements.run(insertMemory, sid, path, firstSeq, createdAt, seq, at, sha256, sizeBytes, cid)
}

/** Who, through which door, in which request, and what the source of an import says. */
function causeValues({ actor, door, requestId, claimed }: Provenance) {
  const claim = claimed === undefined ? null : JSON.stringify(claimed)
  return [actor, doorNumber(door), requestId, claim]
}

function keepContent(statements: Statements, content: Content): number {
  return statements.insert(insertContent, content.text)
}

/** The number of the content that a version has: of its own, or shared with an earlier one. */
function holdContent(statements: Statements, sid: number, content: Content | ContentOf): number {
  if (!isContentOf(content)) return keepContent(statements, content)
  const row = statements.get<{ cid: number }>(contentOfVersion, sid, content.seq)
  const cid = row?.cid ?? 0
  statements.run(share, cid)
  return cid
}

const contentOfVersion = 'SELECT cid FROM changes WHERE sid = ? AND seq = ?'
const share = `INSERT INTO shared_contents (cid, versions) VALUES (?, 2)
  ON CONFLICT (cid) DO UPDATE SET versions = versions + 1`

const sharedBy = 'SELECT versions FROM shared_contents WHERE cid = ?'
const unshare = 'UPDATE shared_contents SET versions = versions - 1 WHERE cid = ?'
const forgetShared = 'DELETE FROM shared_contents WHERE cid = ?'
const eraseContent = "UPDATE contents SET body = x'' WHERE cid = ?"

const removeContent = 'DELETE FROM contents WHERE cid = ?'

/**
 * Gives up one version's hold on content; with the last hold the content goes. Redaction erases it
 * and leaves the emptied row, retention removes the row.
 */
export function releaseContent(
  statements: Statements,
  cid: number | null,
  how: 'erase' | 'remove',
): void {
  if (cid === null) return
  const shared = statements.get<{ versions: number }>(sharedBy, cid)
  if (shared === undefined) statements.run(how === 'erase' ? eraseContent : removeContent, cid)
  else if (shared.versions > 2) statements.run(unshare, cid)
  else statements.run(forgetShared, cid)
}

const redactRow = `UPDATE changes SET path = NULL, sha256 = NULL, size = NULL, cid = NULL,
  redacted_at = ?, redacted_by = ? WHERE sid = ? AND seq = ?`
const redactable = 'SELECT first_seq, first_at, path, cid FROM changes WHERE sid = ? AND seq = ?'

interface RedactableRow {
  readonly first_seq: number
  readonly first_at: number
  readonly path: string | null
  readonly cid: number | null
}

export interface Redaction {
  readonly versionSeq: number
  readonly by: Provenance
  readonly reason: string | undefined
}

/** Erases a version's content, path, hash and size, and records the redaction as a change. */
export function applyRedaction(
  statements: Statements,
  scope: Scope,
  { versionSeq, by, reason }: Redaction,
): void {
  const { sid, now } = scope
  const row = statements.get<RedactableRow>(redactable, sid, versionSeq)
  releaseContent(statements, row?.cid ?? null, 'erase')
  statements.run(redactRow, now, by.actor, sid, versionSeq)
  if (row) forgetLeftPath(statements, sid, row)
  recordChange(statements, scope, {
    kind: 'redacted',
    by,
    memory: { seq: row?.first_seq ?? null, at: row?.first_at ?? null },
    target: versionSeq,
    reason,
  })
}

const versionAtPath = `SELECT 1 AS found FROM changes WHERE sid = ?1 AND path = ?3 AND seq = ?2
  UNION ALL SELECT 1 FROM changes
  WHERE sid = ?1 AND first_seq = ?2 AND prev_seq IS NOT NULL AND path = ?3 LIMIT 1`
const forgetLeft = `UPDATE changes SET left_path = NULL
  WHERE sid = ? AND left_path = ? AND first_seq = ?`

/** With the last version of a memory at a path, the path goes from where its leaving is noted. */
function forgetLeftPath(statements: Statements, sid: number, row: RedactableRow): void {
  const { first_seq: firstSeq, path } = row
  if (path === null) return
  if (statements.get(versionAtPath, sid, firstSeq, path) !== undefined) return
  statements.run(forgetLeft, sid, path, firstSeq)
}

const insertChange = `INSERT INTO changes
  (sid, seq, kind, at, first_seq, first_at, target_seq, actor, door, request, claimed,
    reason)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

interface OtherChange {
  readonly kind: ChangeKind
  readonly by: Provenance
  readonly memory?: { readonly seq: number | null; readonly at: number | null }
  readonly target?: number
  readonly reason?: string | undefined
}

/** A change that is no version: of the store itself, or a redaction. */
function recordChange(statements: Statements, scope: Scope, change: OtherChange): void {
  const { sid, seq, now } = scope
  const { kind, by, memory, target, reason = null } = change
  const subject = [memory?.seq ?? null, memory?.at ?? null, target ?? null]
  const cause = [...causeValues(by), reason]
  statements.run(insertChange, sid, seq, kindNumber(kind), now, ...subject, ...cause)
  statements.run(updateTally, 1, 0, 0, 0, now, sid)
}

const insertStore = `INSERT INTO stores
  (id, workspace_id, name, description, metadata, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
const insertTally = 'INSERT INTO tallies VALUES (?, 0, 0, 0, 0, ?, 1)'
const countStore = 'UPDATE workspaces SET stores = stores + ? WHERE id = ?'

export function applyNewStore(
  statements: Statements,
  scope: Omit<Scope, 'sid'>,
  by: Provenance,
): void {
  const { store, now } = scope
  const text = [store.name, store.description, JSON.stringify(store.metadata)]
  const times = [store.createdAt, store.updatedAt]
  const sid = statements.insert(insertStore, store.id, store.workspaceId, ...text, ...times)
  statements.run(insertTally, sid, now)
  statements.run(countStore, 1, store.workspaceId)
  recordChange(statements, { ...scope, sid }, { kind: 'store_created', by })
}

const updateStore = `UPDATE stores SET name = ?, description = ?, metadata = ?, updated_at = ?,
  archived_at = ? WHERE sid = ?`

export function applyStore(
  statements: Statements,
  scope: Scope,
  {
    store,
    kind,
    by,
  }: { readonly store: Store; readonly kind: ChangeKind; readonly by: Provenance },
): void {
  const { name, description, metadata, updatedAt, archivedAt } = store
  const text = [name, description, JSON.stringify(metadata)]
  statements.run(updateStore, ...text, updatedAt, archivedAt ?? null, scope.sid)
  recordChange(statements, scope, { kind, by })
}

const hideStore = 'UPDATE stores SET deleted_at = ? WHERE sid = ?'
/** For webhooks, which are told of it even if the server dies before they are. */
const recordEnding = 'INSERT INTO store_endings (store_id, workspace_id, at) VALUES (?, ?, ?)'

/** Hides the store at once; what is in it is reaped afterwards. */
export function applyStoreDeletion(statements: Statements, scope: Scope): void {
  statements.run(hideStore, scope.now, scope.sid)
  statements.run(countStore, -1, scope.store.workspaceId)
  statements.run(recordEnding, scope.store.id, scope.store.workspaceId, scope.now)
}
