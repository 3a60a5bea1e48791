import { unreachable } from '../../../domain/assert.ts'
import type { Chain, Lineage, OtherDeed } from '../../../domain/history/lineage.ts'
import type { Answers, Blocked, Deeds, Question } from '../../../domain/history/question.ts'
import { parseMemoryId, parseVersionId, type StoreId } from '../../../domain/ids.ts'
import { ancestors, below, type Path } from '../../../domain/memory/path.ts'
import { operations, type ChangeKind } from '../../../domain/memory/version.ts'
import { select, type Session, type Statement } from '../connection.ts'
import { headColumns, headOf, isVersion, kindNumbers, textOf, type HeadRow } from '../rows.ts'
import { readMoment } from './moment.ts'
import { stateJson, stateOf, type StateTuple } from './state.ts'

/** Answers what a decision asks, while the caller holds the store's lock. */
export async function answer(
  session: Session,
  storeId: StoreId,
  question: Question,
): Promise<Answers[Question['type']]> {
  switch (question.type) {
    case 'moment': {
      const facts = await readMoment(session, { storeId }, question.input)
      if (facts === undefined) throw new Error('a store in scope has counters')
      return facts
    }
    case 'changed_since':
      return changedSince(session, storeId, question.seq)
    case 'lineage':
      return lineageOf(session, storeId, question)
    case 'version':
      return lineageOfVersion(session, storeId, question.versionId)
    case 'deeds':
      return deedsOf(session, storeId, question)
    case 'chain':
      return chainOf(session, storeId, question)
    case 'texts':
      return textsOf(session, storeId, question.seqs)
    case 'in_the_way':
      return inTheWay(session, storeId, question)
    default:
      return unreachable(question)
  }
}

type Asked<Type extends Question['type']> = Extract<Question, { type: Type }>

interface LineageRow {
  readonly newest: StateTuple
  readonly past: StateTuple | null
}

function asLineage({ newest, past }: LineageRow): Lineage {
  return {
    firstSeq: newest.first_seq,
    createdAt: newest.first_at,
    newest: stateOf(newest),
    past: past === null ? undefined : stateOf(past),
  }
}

const changedStatement: Statement = {
  name: 'undo_changed_since',
  text: `SELECT ${stateJson('n')} AS newest, ${stateJson('b')} AS past
    FROM (SELECT first_seq, min(seq) AS oldest, max(seq) AS newest FROM changes
      WHERE store_id = $1 AND seq > $2 AND kind < 3 GROUP BY first_seq) span
    CROSS JOIN LATERAL (SELECT * FROM changes c
      WHERE c.store_id = $1 AND c.seq = span.newest LIMIT 1) n
    LEFT JOIN LATERAL (SELECT p.* FROM changes o JOIN changes p
      ON p.store_id = $1 AND p.seq = o.prev_seq
      WHERE o.store_id = $1 AND o.seq = span.oldest LIMIT 1) b ON true`,
}

async function changedSince(session: Session, storeId: StoreId, seq: number) {
  return (await select<LineageRow>(session, changedStatement, [storeId, seq])).map(asLineage)
}

/** The newest version of the memory of v, and another one of its versions. */
const newestOf = `CROSS JOIN LATERAL (SELECT * FROM changes c
  WHERE c.store_id = $1 AND c.first_seq = $2::bigint AND c.kind < 3
  ORDER BY c.seq DESC LIMIT 1) n`

const lineageStatement: Statement = {
  name: 'undo_lineage',
  text: `SELECT ${stateJson('n')} AS newest, ${stateJson('b')} AS past FROM (SELECT 1) one ${newestOf}
    LEFT JOIN LATERAL (SELECT * FROM changes c
      WHERE c.store_id = $1 AND c.first_seq = $2::bigint AND c.kind < 3 AND c.seq <= $4
      ORDER BY c.seq DESC LIMIT 1) b ON true
    WHERE n.first_at = $3`,
}

async function lineageOf(
  session: Session,
  storeId: StoreId,
  { memoryId, seq }: Asked<'lineage'>,
): Promise<Lineage | undefined> {
  const position = parseMemoryId(storeId, memoryId)
  if (position === undefined) return undefined
  const values = [storeId, position.seq, position.at, seq]
  const [row] = await select<LineageRow>(session, lineageStatement, values)
  return row && asLineage(row)
}

const versionStatement: Statement = {
  name: 'undo_version',
  text: `SELECT ${stateJson('n')} AS newest, ${stateJson('v')} AS past FROM changes v
    CROSS JOIN LATERAL (SELECT * FROM changes c
      WHERE c.store_id = $1 AND c.first_seq = v.first_seq AND c.kind < 3
      ORDER BY c.seq DESC LIMIT 1) n
    WHERE v.store_id = $1 AND v.seq = $2 AND v.at = $3 AND ${isVersion}`,
}

async function lineageOfVersion(
  session: Session,
  storeId: StoreId,
  versionId: string,
): Promise<Lineage | undefined> {
  const position = parseVersionId(storeId, versionId)
  if (position === undefined) return undefined
  const values = [storeId, position.seq, position.at]
  const [row] = await select<LineageRow>(session, versionStatement, values)
  return row && asLineage(row)
}

const deedsStatement: Statement = {
  name: 'undo_deeds',
  text: `SELECT seq, kind, first_seq, first_at, target_seq, target_at FROM changes
    WHERE store_id = $1 AND seq >= $2 AND seq <= $3 AND actor = $4 ORDER BY seq`,
}

interface DeedRow {
  readonly seq: number
  readonly kind: number
  readonly first_seq: number | null
  readonly first_at: number | null
  readonly target_seq: number | null
  readonly target_at: number | null
}

const kindNames = new Map(
  Object.entries(kindNumbers).map(([kind, number]) => [number, kind as ChangeKind]),
)

async function deedsOf(
  session: Session,
  storeId: StoreId,
  { actor, from, to }: Asked<'deeds'>,
): Promise<Deeds> {
  const rows = await select<DeedRow>(session, deedsStatement, [storeId, from, to, actor])
  const written = new Map<number, number>()
  const others: OtherDeed[] = []
  for (const row of rows) {
    const { seq, first_seq: firstSeq } = row
    if (row.kind >= operations.length) others.push(otherDeed(row))
    else if (firstSeq !== null && !written.has(firstSeq)) written.set(firstSeq, seq)
  }
  return { written: [...written].map(([firstSeq, first]) => ({ firstSeq, from: first })), others }
}

function otherDeed(row: DeedRow): OtherDeed {
  const { seq, first_seq: firstSeq, first_at: createdAt, target_seq, target_at } = row
  const kind = kindNames.get(row.kind)
  if (kind === undefined) throw new Error('a change has a known kind')
  const isOfMemory = firstSeq !== null && createdAt !== null
  const hasTarget = target_seq !== null && target_at !== null
  return {
    seq,
    kind,
    memory: isOfMemory ? { firstSeq, createdAt } : undefined,
    version: hasTarget ? { seq: target_seq, at: target_at } : undefined,
  }
}

const chainStatement: Statement = {
  name: 'undo_chain',
  text: `SELECT ${stateJson('c')} AS state FROM changes c
    WHERE c.store_id = $1 AND c.first_seq = $2::bigint AND c.kind < 3
      AND c.seq >= coalesce((SELECT p.seq FROM changes w JOIN changes p
        ON p.store_id = $1 AND p.seq = w.prev_seq
        WHERE w.store_id = $1 AND w.seq = $3::bigint), $3::bigint)
    ORDER BY c.seq`,
}

async function chainOf(
  session: Session,
  storeId: StoreId,
  { firstSeq, from }: Asked<'chain'>,
): Promise<Chain | undefined> {
  const values = [storeId, firstSeq, from]
  const rows = await select<{ state: StateTuple }>(session, chainStatement, values)
  const [first] = rows
  if (first === undefined) return undefined
  const createdAt = first.state.first_at
  return { firstSeq, createdAt, states: rows.map(({ state }) => stateOf(state)) }
}

const textsStatement: Statement = {
  name: 'undo_texts',
  text: `SELECT seq, content FROM changes
    WHERE store_id = $1 AND seq = ANY($2::bigint[]) AND content IS NOT NULL`,
}

async function textsOf(session: Session, storeId: StoreId, seqs: readonly number[]) {
  const values = [storeId, seqs]
  const rows = await select<{ seq: number; content: Buffer }>(session, textsStatement, values)
  return new Map(rows.map((row) => [row.seq, textOf(row) ?? '']))
}

/** For each wanted path the first live memory at, above or below it that is not excepted. */
const inTheWayStatement: Statement = {
  name: 'undo_in_the_way',
  text: `SELECT wanted.path AS wanted, ${headColumns}
    FROM json_to_recordset($2::json) AS wanted(path text, above json, low text, high text)
    CROSS JOIN LATERAL (
      (SELECT * FROM memories a WHERE a.store_id = $1 AND a.first_seq <> ALL($3::bigint[])
        AND a.path = ANY(ARRAY(SELECT json_array_elements_text(wanted.above))) ORDER BY a.path LIMIT 1)
      UNION ALL
      (SELECT * FROM memories b WHERE b.store_id = $1 AND b.first_seq <> ALL($3::bigint[])
        AND b.path >= wanted.low AND b.path < wanted.high ORDER BY b.path LIMIT 1)
      LIMIT 1) m`,
}

async function inTheWay(
  session: Session,
  storeId: StoreId,
  { paths, except }: Asked<'in_the_way'>,
): Promise<Blocked[]> {
  const wanted = paths.map((path) => {
    const { from, to } = below(path)
    return { path, above: [...ancestors(path), path], low: from, high: to }
  })
  const values = [storeId, JSON.stringify(wanted), [...except]]
  type Row = HeadRow & { readonly wanted: string }
  const rows = await select<Row>(session, inTheWayStatement, values)
  return rows.map((row) => ({ path: row.wanted as Path, by: headOf(row) }))
}
