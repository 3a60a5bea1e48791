import { parseMemoryId, parseVersionId, type StoreId } from '../../domain/ids.ts'
import type {
  CreateMemory,
  DeleteMemory,
  MoveTree,
  UpdateMemory,
} from '../../domain/memory/command.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import type { Head } from '../../domain/memory/memory.ts'
import { ancestors, below, within, type Path } from '../../domain/memory/path.ts'
import type { RedactFacts } from '../../domain/memory/redact.ts'
import type { Store, Usage } from '../../domain/memory/store.ts'
import { compareBytes } from '../../domain/text.ts'
import type { StoreScope } from '../port/store-scope.ts'
import { select, type Session, type Statement } from './connection.ts'
import {
  countersColumns,
  isVersion,
  storeColumns,
  storeOf,
  usageOf,
  visibleStore,
  type CountersRow,
  type StoreRow,
} from './rows.ts'

// Facts for the rules, each set in one statement: one round trip and one snapshot.

/** A command about one memory: several of them can share a commit. */
export type SingleCommand = CreateMemory | UpdateMemory | DeleteMemory

/** A store and what it holds, as one statement saw it. */
export interface StoreState {
  readonly store: Store
  readonly usage: Usage
  /** Time of the store's last change, milliseconds. */
  readonly changedAt: number
}

/** Live memories that commands may touch or run into. */
export interface HeadsFound extends StoreState {
  readonly byPath: ReadonlyMap<Path, Head>
  /** The first two in byte order below each path that a command wants. */
  readonly below: ReadonlyMap<Path, readonly Head[]>
  readonly byFirstSeq: ReadonlyMap<number, Head>
}

const scoped = `FROM stores s JOIN counters c ON c.store_id = s.id
  WHERE ${visibleStore}`

/** A head as JSON, so that heads and store come in one row; `HeadTuple` is its type. */
const headTuple = `json_build_array(m.path, m.first_seq, m.first_at, m.head_seq, m.head_at,
  encode(m.sha256, 'hex'), m.size)`
type HeadTuple = readonly [Path, number, number, number, number, Sha256, number]

const loadHeadsStatement: Statement = {
  name: 'load_heads',
  text: `SELECT ${storeColumns}, ${countersColumns},
    (SELECT json_agg(${headTuple}) FROM memories m
      WHERE m.store_id = $1 AND m.path = ANY($3::text[])) AS at_paths,
    (SELECT json_agg(json_build_array(wanted.path, ${headTuple}))
      FROM unnest($4::text[], $5::text[], $6::text[]) AS wanted(path, low, high)
      CROSS JOIN LATERAL (SELECT * FROM memories m
        WHERE m.store_id = $1 AND m.path >= wanted.low AND m.path < wanted.high
        ORDER BY m.path LIMIT 2) m) AS below,
    (SELECT json_agg(${headTuple})
      FROM unnest($7::bigint[]) AS target(first_seq)
      CROSS JOIN LATERAL (SELECT v.path, v.first_seq, v.first_at, v.seq AS head_seq, v.at AS head_at,
          v.sha256, v.size, v.kind FROM changes v
        WHERE v.store_id = $1 AND v.first_seq = target.first_seq AND v.kind < 3
        ORDER BY v.seq DESC LIMIT 1) m
      WHERE m.kind < 2) AS by_id
    ${scoped}`,
}

interface HeadsRow extends StoreRow, CountersRow {
  readonly at_paths: readonly HeadTuple[] | null
  readonly below: readonly (readonly [Path, HeadTuple])[] | null
  readonly by_id: readonly HeadTuple[] | null
}

export async function loadHeads(
  session: Session,
  { workspaceId, storeId }: StoreScope,
  commands: readonly SingleCommand[],
): Promise<HeadsFound | undefined> {
  const { paths, wanted, firstSeqs } = lookups(storeId, commands)
  const ranges = wanted.map((path) => below(path))
  const [row] = await select<HeadsRow>(session, loadHeadsStatement, [
    storeId,
    workspaceId,
    [...paths],
    wanted,
    ranges.map(({ from }) => from),
    ranges.map(({ to }) => to),
    [...firstSeqs],
  ])
  if (row === undefined) return undefined
  const found = new Map<Path, Head[]>()
  for (const [path, tuple] of row.below ?? []) {
    found.set(path, [...(found.get(path) ?? []), headOfTuple(tuple)])
  }
  const byPath = (row.at_paths ?? []).map(headOfTuple)
  const byFirstSeq = (row.by_id ?? []).map(headOfTuple)
  return {
    ...stateOf(row),
    byPath: new Map(byPath.map((head) => [head.path, head])),
    below: found,
    byFirstSeq: new Map(byFirstSeq.map((head) => [head.firstSeq, head])),
  }
}

function lookups(storeId: StoreId, commands: readonly SingleCommand[]) {
  const paths = new Set<Path>()
  const wanted = new Set<Path>()
  const firstSeqs = new Set<number>()
  for (const command of commands) {
    const path = command.type === 'delete_memory' ? undefined : command.path
    if (path !== undefined) {
      wanted.add(path)
      for (const candidate of [...ancestors(path), path]) paths.add(candidate)
    }
    if (command.type === 'create_memory') continue
    if ('path' in command.target) paths.add(command.target.path)
    else {
      const position = parseMemoryId(storeId, command.target.memoryId)
      if (position) firstSeqs.add(position.seq)
    }
  }
  return { paths, wanted: [...wanted], firstSeqs }
}

function stateOf(row: StoreRow & CountersRow): StoreState {
  return { store: storeOf(row), usage: usageOf(row), changedAt: row.changed_at }
}

function headOfTuple(tuple: HeadTuple): Head {
  const [path, firstSeq, createdAt, headSeq, updatedAt, sha256, sizeBytes] = tuple
  return { path, firstSeq, createdAt, headSeq, updatedAt, sha256, sizeBytes }
}

const loadMoveStatement: Statement = {
  name: 'load_move',
  text: `SELECT ${storeColumns}, ${countersColumns},
    (SELECT json_agg(${headTuple} ORDER BY m.path) FROM memories m
      WHERE m.store_id = $1 AND m.path >= $3 AND m.path < $4) AS moving,
    (SELECT json_agg(${headTuple} ORDER BY m.path) FROM memories m
      WHERE m.store_id = $1 AND m.path >= $5 AND m.path < $6) AS inside,
    (SELECT json_agg(${headTuple}) FROM memories m
      WHERE m.store_id = $1 AND m.path = ANY($7::text[])) AS above
    ${scoped}`,
}

interface MoveRow extends StoreRow, CountersRow {
  readonly moving: readonly HeadTuple[] | null
  readonly inside: readonly HeadTuple[] | null
  readonly above: readonly HeadTuple[] | null
}

export interface MoveFound extends StoreState {
  readonly moving: readonly Head[]
  readonly inTheWay: readonly Head[]
}

export async function loadMove(
  session: Session,
  { workspaceId, storeId }: StoreScope,
  command: MoveTree,
): Promise<MoveFound | undefined> {
  const source = within(command.from)
  const target = within(command.to)
  const directory = command.to.slice(0, -1) as Path
  const [row] = await select<MoveRow>(session, loadMoveStatement, [
    storeId,
    workspaceId,
    source.from,
    source.to,
    target.from,
    target.to,
    command.to === '/' ? [] : [...ancestors(directory), directory],
  ])
  if (row === undefined) return undefined
  const moving = (row.moving ?? []).map(headOfTuple)
  const moves = new Set(moving.map((head) => head.firstSeq))
  const inTheWay = [...(row.above ?? []), ...(row.inside ?? [])]
    .map(headOfTuple)
    .filter((head) => !moves.has(head.firstSeq))
    .sort((a, b) => compareBytes(a.path, b.path))
  return { ...stateOf(row), moving, inTheWay }
}

const loadVersionStatement: Statement = {
  name: 'load_version_for_redaction',
  text: `SELECT ${storeColumns}, ${countersColumns}, v.seq AS version_seq, v.at AS version_at,
    v.first_seq, v.first_at, v.redacted_at,
    EXISTS (SELECT FROM memories m WHERE m.store_id = $1 AND m.path = v.path AND m.head_seq = v.seq) AS is_head
    FROM stores s JOIN counters c ON c.store_id = s.id
    LEFT JOIN changes v ON v.store_id = $1 AND v.seq = $3 AND v.at = $4 AND ${isVersion}
    WHERE ${visibleStore}`,
}

interface RedactionRow extends StoreRow, CountersRow {
  readonly version_seq: number | null
  readonly version_at: number | null
  readonly first_seq: number | null
  readonly first_at: number | null
  readonly redacted_at: number | null
  readonly is_head: boolean
}

export interface VersionFound extends StoreState {
  readonly version: RedactFacts['version']
  /** Where the version and its memory stand, for the record of the redaction. */
  readonly target: RedactionTarget
}

interface RedactionTarget {
  readonly at: number | null
  readonly firstSeq: number | null
  readonly firstAt: number | null
}

export async function loadVersion(
  session: Session,
  { workspaceId, storeId }: StoreScope,
  versionId: string,
): Promise<VersionFound | undefined> {
  const position = parseVersionId(storeId, versionId)
  const values = [storeId, workspaceId, position?.seq ?? 0, position?.at ?? 0]
  const [row] = await select<RedactionRow>(session, loadVersionStatement, values)
  if (row === undefined) return undefined
  const { version_seq: seq, redacted_at: redactedAt, is_head: isHead } = row
  const version = seq === null ? undefined : { seq, redactedAt: redactedAt ?? undefined, isHead }
  const target = { at: row.version_at, firstSeq: row.first_seq, firstAt: row.first_at }
  return { ...stateOf(row), version, target }
}

const loadStoreStatement: Statement = {
  name: 'load_store',
  text: `SELECT ${storeColumns}, ${countersColumns} ${scoped}`,
}

export async function loadStore(
  session: Session,
  { workspaceId, storeId }: StoreScope,
): Promise<StoreState | undefined> {
  const values = [storeId, workspaceId]
  const [row] = await select<StoreRow & CountersRow>(session, loadStoreStatement, values)
  return row && stateOf(row)
}
