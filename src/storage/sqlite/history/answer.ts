import { parseMemoryId, parseVersionId, type StoreId } from '../../../domain/ids.ts'
import type { Answers, Blocked, Deeds, Question } from '../../../domain/history/question.ts'
import type { Chain, Lineage, OtherDeed, State } from '../../../domain/history/lineage.ts'
import { unreachable } from '../../../domain/assert.ts'
import { ancestors, below, type Path } from '../../../domain/memory/path.ts'
import { changeKinds, operations } from '../../../domain/memory/version.ts'
import { readContent } from '../read-content.ts'
import { headColumns, headOf, hexOf, type HeadRow } from '../rows.ts'
import type { Statements } from '../statement.ts'
import { readPrevious } from './read-between.ts'
import { readMoment } from './read-moment.ts'
import { readState, readVersionAt, stateColumns, type StateRow } from './version-at.ts'

interface Place {
  readonly sid: number
  readonly storeId: StoreId
}

/** Answers what a decision asks, inside the writer's transaction. */
export function answer(
  statements: Statements,
  place: Place,
  question: Question,
): Answers[Question['type']] {
  const { sid } = place
  switch (question.type) {
    case 'moment': {
      const facts = readMoment(statements, sid, question.input)
      if (facts === undefined) throw new Error('a store in scope has a tally')
      return facts
    }
    case 'changed_since':
      return changedSince(statements, sid, question.seq)
    case 'lineage':
      return lineageOf(statements, place, question)
    case 'version':
      return lineageOfVersion(statements, place, question.versionId)
    case 'deeds':
      return deedsOf(statements, sid, question)
    case 'chain':
      return chainOf(statements, sid, question)
    case 'texts':
      return textsOf(statements, sid, question.seqs)
    case 'in_the_way':
      return inTheWay(statements, sid, question)
    default:
      return unreachable(question)
  }
}

type Asked<Type extends Question['type']> = Extract<Question, { type: Type }>

const changedMemories = `SELECT first_seq, MIN(seq) AS oldest, MAX(seq) AS newest FROM changes
  WHERE sid = ? AND seq > ? AND kind < 3 AND purged = 0 GROUP BY first_seq`

interface SpanRow {
  readonly oldest: number
  readonly newest: number
}

function changedSince(statements: Statements, sid: number, seq: number): Lineage[] {
  const lineages: Lineage[] = []
  for (const span of statements.all<SpanRow>(changedMemories, sid, seq)) {
    const newest = readState(statements, sid, span.newest)
    const past = readPrevious(statements, sid, span.oldest)
    if (newest) lineages.push(asLineage(newest, past))
  }
  return lineages
}

function asLineage(newest: StateRow, past: StateRow | undefined): Lineage {
  return {
    firstSeq: newest.first_seq,
    createdAt: newest.first_at,
    newest: stateOf(newest),
    past: past && stateOf(past),
  }
}

function stateOf(row: StateRow): State {
  const operation = operations[row.kind]
  if (operation === undefined) throw new Error('a state is a version')
  return {
    seq: row.seq,
    at: row.at,
    operation,
    isRedacted: row.redacted_at !== null,
    path: (row.path ?? undefined) as Path | undefined,
    sha256: row.sha256 === null ? undefined : hexOf(row.sha256),
    sizeBytes: row.size ?? undefined,
    actor: row.actor ?? undefined,
  }
}

const headSeq =
  'SELECT head_seq FROM changes WHERE sid = ? AND seq = ? AND at = ? AND first_seq = seq'

function newestOf(
  statements: Statements,
  sid: number,
  { seq, at }: { readonly seq: number; readonly at: number },
): StateRow | undefined {
  const anchor = statements.get<{ head_seq: number }>(headSeq, sid, seq, at)
  return anchor && readState(statements, sid, anchor.head_seq)
}

function lineageOf(
  statements: Statements,
  { sid, storeId }: Place,
  { memoryId, seq }: Asked<'lineage'>,
): Lineage | undefined {
  const position = parseMemoryId(storeId, memoryId)
  const newest = position && newestOf(statements, sid, position)
  if (newest === undefined) return undefined
  const past = readVersionAt(statements, sid, { firstSeq: newest.first_seq, seq })
  return asLineage(newest, past)
}

function lineageOfVersion(
  statements: Statements,
  { sid, storeId }: Place,
  versionId: string,
): Lineage | undefined {
  const position = parseVersionId(storeId, versionId)
  const row = position && readState(statements, sid, position.seq)
  if (row === undefined || row.at !== position?.at) return undefined
  const newest = newestOf(statements, sid, { seq: row.first_seq, at: row.first_at })
  return newest && asLineage(newest, row)
}

const doneBy = `SELECT seq, kind, first_seq, first_at, target_seq FROM changes
  WHERE sid = ? AND seq >= ? AND seq <= ? AND actor = ? AND purged = 0 ORDER BY seq`
const timeOf = 'SELECT at FROM changes WHERE sid = ? AND seq = ?'

interface DeedRow {
  readonly seq: number
  readonly kind: number
  readonly first_seq: number | null
  readonly first_at: number | null
  readonly target_seq: number | null
}

function deedsOf(statements: Statements, sid: number, { actor, from, to }: Asked<'deeds'>): Deeds {
  const written = new Map<number, number>()
  const others: OtherDeed[] = []
  for (const row of statements.all<DeedRow>(doneBy, sid, from, to, actor)) {
    const { seq, first_seq: firstSeq } = row
    if (row.kind >= operations.length) others.push(otherDeed(statements, sid, row))
    else if (firstSeq !== null && !written.has(firstSeq)) written.set(firstSeq, seq)
  }
  return { written: [...written].map(([firstSeq, first]) => ({ firstSeq, from: first })), others }
}

function otherDeed(statements: Statements, sid: number, row: DeedRow): OtherDeed {
  const { seq, first_seq: firstSeq, first_at: createdAt, target_seq: target } = row
  const kind = changeKinds[row.kind]
  if (kind === undefined) throw new Error('a change has a known kind')
  const time = target === null ? undefined : statements.get<{ at: number }>(timeOf, sid, target)
  return {
    seq,
    kind,
    memory: firstSeq === null || createdAt === null ? undefined : { firstSeq, createdAt },
    version: target === null || time === undefined ? undefined : { seq: target, at: time.at },
  }
}

const laterStates = `SELECT ${stateColumns} FROM changes
  WHERE sid = ? AND first_seq = ? AND prev_seq IS NOT NULL AND seq > ? AND purged = 0 ORDER BY seq`

function chainOf(
  statements: Statements,
  sid: number,
  { firstSeq, from }: Asked<'chain'>,
): Chain | undefined {
  const written = readState(statements, sid, from)
  if (written === undefined) return undefined
  const before = readPrevious(statements, sid, from)
  const later = statements.all<StateRow>(laterStates, sid, firstSeq, from)
  const rows = before ? [before, written, ...later] : [written, ...later]
  return { firstSeq, createdAt: written.first_at, states: rows.map(stateOf) }
}

function textsOf(statements: Statements, sid: number, seqs: readonly number[]) {
  const texts = new Map<number, string>()
  for (const seq of seqs) {
    const row = readState(statements, sid, seq)
    const text = row && readContent(statements, row)
    if (text !== undefined) texts.set(seq, text)
  }
  return texts
}

const atPath = `SELECT ${headColumns} FROM memories WHERE sid = ? AND path = ?`
const belowPath = `SELECT ${headColumns} FROM memories
  WHERE sid = ? AND path >= ? AND path < ? ORDER BY path`

/** Ancestors are shared by many paths: each is looked at once. */
function inTheWay(
  statements: Statements,
  sid: number,
  { paths, except }: Asked<'in_the_way'>,
): Blocked[] {
  const known = new Map<Path, HeadRow | undefined>()
  const at = (path: Path) => {
    if (!known.has(path)) known.set(path, statements.get<HeadRow>(atPath, sid, path))
    return known.get(path)
  }
  const isOther = (row: HeadRow | undefined) => row !== undefined && !except.has(row.first_seq)
  const blocked: Blocked[] = []
  for (const path of paths) {
    const { from, to } = below(path)
    const by =
      [...ancestors(path), path].map(at).find(isOther) ??
      statements.all<HeadRow>(belowPath, sid, from, to).find(isOther)
    if (by) blocked.push({ path, by: headOf(by) })
  }
  return blocked
}
