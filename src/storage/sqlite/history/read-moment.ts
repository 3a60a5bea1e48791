import type { Moment, MomentFacts, MomentInput } from '../../../domain/history/moment.ts'
import { firstSeqAfter } from '../read-versions.ts'
import { tallyColumns, type TallyRow } from '../rows.ts'
import type { Statements } from '../statement.ts'

const tallyBySid = `SELECT ${tallyColumns} FROM tallies WHERE sid = ?`
const timeOf = 'SELECT at FROM changes WHERE sid = ? AND seq = ?'
const firstFrom = 'SELECT at FROM changes WHERE sid = ? AND seq >= ? ORDER BY seq LIMIT 1'

/** Undefined when the store is not there. */
export function readMoment(
  statements: Statements,
  sid: number,
  input: MomentInput | undefined,
): MomentFacts | undefined {
  const tally = statements.get<TallyRow>(tallyBySid, sid)
  if (tally === undefined) return undefined
  const now: Moment = { seq: tally.seq, at: tally.changed_at }
  const seq = seqOf(statements, sid, { input, now })
  return {
    moment: seq === now.seq ? now : { seq, at: statements.get<AtRow>(timeOf, sid, seq)?.at },
    now,
    historyFrom: tally.history_from,
    historyFromAt: statements.get<AtRow>(firstFrom, sid, tally.history_from)?.at,
  }
}

interface AtRow {
  readonly at: number
}

/** A time stands behind the last change that is kept and not younger. */
function seqOf(
  statements: Statements,
  sid: number,
  { input, now }: { readonly input: MomentInput | undefined; readonly now: Moment },
): number {
  if (input === undefined) return now.seq
  if (input.seq !== undefined) return input.seq
  if (input.at >= (now.at ?? 0)) return now.seq
  return firstSeqAfter(statements, sid, input.at) - 1
}

const historyFromOf = 'SELECT history_from FROM tallies WHERE sid = ?'

export function readHistoryFrom(statements: Statements, sid: number): number {
  return statements.get<{ history_from: number }>(historyFromOf, sid)?.history_from ?? 1
}
