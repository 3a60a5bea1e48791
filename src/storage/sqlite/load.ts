import { parseMemoryId, parseVersionId, type StoreId } from '../../domain/ids.ts'
import type { Limits } from '../../domain/limits.ts'
import type { MoveTree, Target } from '../../domain/memory/command.ts'
import type { StoreFacts } from '../../domain/memory/decide.ts'
import type { Head } from '../../domain/memory/memory.ts'
import { ancestors, below, within, type Path } from '../../domain/memory/path.ts'
import type { RedactFacts } from '../../domain/memory/redact.ts'
import type { StoreScope } from '../port/store-scope.ts'
import {
  headColumns,
  headOf,
  of,
  storeColumns,
  storeOf,
  tallyColumns,
  usageOf,
  type HeadRow,
  type StoreRow,
  type TallyRow,
} from './rows.ts'
import type { Statements } from './statement.ts'

// Facts for the rules, read inside the writer's transaction.

/** A store inside the writer: its facts and its number in this file. */
export interface Scope extends StoreFacts {
  readonly sid: number
}

const selectStore = `SELECT ${of('s', storeColumns)}, ${of('t', tallyColumns)}
  FROM stores s JOIN tallies t ON t.sid = s.sid
  WHERE s.id = ? AND s.workspace_id = ? AND s.deleted_at IS NULL`

export function loadScope(
  statements: Statements,
  { workspaceId, storeId }: StoreScope,
  { limits, now }: { readonly limits: Limits; readonly now: number },
): Scope | undefined {
  const row = statements.get<StoreRow & TallyRow>(selectStore, storeId, workspaceId)
  if (row === undefined) return undefined
  return {
    sid: row.sid,
    store: storeOf(row),
    usage: usageOf(row),
    seq: row.seq + 1,
    now: Math.max(now, row.changed_at),
    limits,
  }
}

const headBySeq = `SELECT h.path, h.first_seq, h.first_at, h.seq AS head_seq, h.at AS head_at, h.sha256, h.size
  FROM changes a JOIN changes h ON h.sid = a.sid AND h.seq = a.head_seq
  WHERE a.sid = ? AND a.seq = ? AND a.at = ? AND a.first_seq = a.seq AND h.kind < 2`

const headByPath = `SELECT ${headColumns} FROM memories WHERE sid = ? AND path = ?`

export function loadTarget(
  statements: Statements,
  scope: { readonly sid: number; readonly storeId: StoreId },
  target: Target,
): Head | undefined {
  if ('path' in target) {
    const row = statements.get<HeadRow>(headByPath, scope.sid, target.path)
    return row && headOf(row)
  }
  const position = parseMemoryId(scope.storeId, target.memoryId)
  if (position === undefined) return undefined
  const row = statements.get<HeadRow>(headBySeq, scope.sid, position.seq, position.at)
  return row && headOf(row)
}

const firstBelow = `SELECT ${headColumns} FROM memories
  WHERE sid = ? AND path >= ? AND path < ? ORDER BY path LIMIT 2`

/**
 * The live memory in the way of a path, other than `except`, the first in byte order. An ancestor,
 * the path itself and descendants exclude each other, because stored paths never overlap.
 */
export function loadBlocker(
  statements: Statements,
  sid: number,
  { path, except }: { readonly path: Path; readonly except: Head | undefined },
): Head | undefined {
  const isOther = (row: HeadRow) => row.first_seq !== except?.firstSeq
  for (const candidate of [...ancestors(path), path]) {
    const row = statements.get<HeadRow>(headByPath, sid, candidate)
    if (row && isOther(row)) return headOf(row)
  }
  const { from, to } = below(path)
  const row = statements.all<HeadRow>(firstBelow, sid, from, to).find(isOther)
  return row && headOf(row)
}

const range = `SELECT ${headColumns} FROM memories WHERE sid = ? AND path >= ? AND path < ? ORDER BY path`

export function loadMove(statements: Statements, sid: number, command: MoveTree) {
  const rowsWithin = (bounds: { from: string; to: string }) =>
    statements.all<HeadRow>(range, sid, bounds.from, bounds.to)
  const moving = rowsWithin(within(command.from)).map(headOf)
  const moves = new Set(moving.map((head) => head.firstSeq))
  const atOrAbove: Path[] = []
  if (command.to !== '/') {
    const target = command.to.slice(0, -1) as Path
    atOrAbove.push(...ancestors(target), target)
  }
  const above = atOrAbove.flatMap((path) => statements.all<HeadRow>(headByPath, sid, path))
  const inTheWay = [...above, ...rowsWithin(within(command.to))]
    .map(headOf)
    .filter((head) => !moves.has(head.firstSeq))
  return { moving, inTheWay }
}

const versionForRedaction = `SELECT v.seq, v.kind, v.redacted_at, a.head_seq FROM changes v
  LEFT JOIN changes a ON a.sid = v.sid AND a.seq = v.first_seq
  WHERE v.sid = ? AND v.seq = ? AND v.at = ? AND v.kind < 3 AND v.purged = 0`

interface RedactRow {
  readonly seq: number
  readonly kind: number
  readonly redacted_at: number | null
  readonly head_seq: number | null
}

export function loadVersion(
  statements: Statements,
  scope: Scope,
  versionId: string,
): RedactFacts['version'] {
  const position = parseVersionId(scope.store.id, versionId)
  if (position === undefined) return undefined
  const { seq, at } = position
  const row = statements.get<RedactRow>(versionForRedaction, scope.sid, seq, at)
  if (row === undefined) return undefined
  return {
    seq: row.seq,
    redactedAt: row.redacted_at ?? undefined,
    isHead: row.head_seq === row.seq && row.kind < 2,
  }
}
