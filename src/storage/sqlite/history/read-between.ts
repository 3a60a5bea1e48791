import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Leaf } from '../../../domain/history/compare-trees.ts'
import type { Path } from '../../../domain/memory/path.ts'
import type { AsOf, BetweenQuery, Changed } from '../../port/history-reads.ts'
import { hexOf } from '../rows.ts'
import type { Statements } from '../statement.ts'
import { readHistoryFrom } from './read-moment.ts'
import { readState, type StateRow } from './version-at.ts'

/** Sequences looked at in one statement. */
const window = 10_000
/** Memories read before other work gets a turn. */
const turnMemories = 1_000

const spans = `SELECT first_seq, MIN(seq) AS oldest, MAX(seq) AS newest FROM changes
  WHERE sid = ? AND seq > ? AND seq <= ? AND kind < 3 AND purged = 0 GROUP BY first_seq`
const beforeSeq = 'SELECT prev_seq FROM changes WHERE sid = ? AND seq = ?'

interface SpanRow {
  readonly first_seq: number
  readonly oldest: number
  readonly newest: number
}

export async function readChangedBetween(
  statements: Statements,
  sid: number,
  { from, to }: BetweenQuery,
): Promise<AsOf<Changed[]>> {
  const memories = new Map<number, SpanRow>()
  for (let after = from; after < to; after += window) {
    if (after > from) await nextTurn()
    const rows = statements.all<SpanRow>(spans, sid, after, Math.min(to, after + window))
    for (const row of rows) {
      const known = memories.get(row.first_seq)
      memories.set(row.first_seq, { ...row, oldest: known?.oldest ?? row.oldest })
    }
  }
  const value: Changed[] = []
  const all = [...memories.values()]
  for (let start = 0; start < all.length; start += turnMemories) {
    if (start > 0) await nextTurn()
    const slice = all.slice(start, start + turnMemories)
    value.push(...statements.snapshot(() => slice.map((span) => changed(statements, sid, span))))
  }
  return { value, historyFrom: readHistoryFrom(statements, sid) }
}

function changed(statements: Statements, sid: number, { oldest, newest }: SpanRow): Changed {
  const before = readPrevious(statements, sid, oldest)
  return { before: leafOf(before), after: leafOf(readState(statements, sid, newest)) }
}

/** The version before one, as far as it is kept. */
export function readPrevious(
  statements: Statements,
  sid: number,
  seq: number,
): StateRow | undefined {
  const row = statements.get<{ prev_seq: number | null }>(beforeSeq, sid, seq)
  const previous = row?.prev_seq ?? null
  return previous === null ? undefined : readState(statements, sid, previous)
}

/** Undefined for a deletion, also for one that was redacted. */
function leafOf(row: StateRow | undefined): Leaf | undefined {
  if (row === undefined || row.kind === 2) return undefined
  return {
    firstSeq: row.first_seq,
    createdAt: row.first_at,
    seq: row.seq,
    at: row.at,
    path: (row.path ?? undefined) as Path | undefined,
    sha256: row.sha256 === null ? undefined : hexOf(row.sha256),
    sizeBytes: row.size ?? undefined,
  }
}
