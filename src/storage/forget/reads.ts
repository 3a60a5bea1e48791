import type { ForgetReads, ForgetRun } from '../port/forget.ts'
import { select, type Script } from '../sessions/script.ts'
import { textPlaces } from './places.ts'
import { changesMaxOf, placeOf, redactTexts, scanTexts } from './scan-texts.ts'

/** The reads of a forgetting, by an engine's way to run a script. */
export function forgetReads(run: <Value>(script: Script<Value>) => Promise<Value>): ForgetReads {
  return {
    places: Object.keys(textPlaces),
    isOfSessions: (place) => placeOf(place).owners === 'sessions',
    isOfStores: (place) => placeOf(place).owners === 'stores',
    changesMax: (place) => changesMaxOf(placeOf(place)),
    texts: (query) => run(scanTexts(query)),
    changes: (query) => run(redactTexts(query)),
    openRun: (workspaceId, seal) => run(readOpenRun(workspaceId, seal)),
    finishedRuns: (workspaceId, before, limit) => run(readFinishedRuns(workspaceId, before, limit)),
  }
}

interface RunRow {
  readonly id: string
  readonly started_at: number
  readonly body: string
}

const runOf = ({ id, started_at: startedAt, body }: RunRow): ForgetRun => ({ id, startedAt, body })

function* readOpenRun(workspaceId: string, seal: string): Script<ForgetRun | undefined> {
  const sql = `SELECT id, started_at, body FROM forget_runs
    WHERE workspace_id = $1 AND seal = $2 AND finished_at IS NULL ORDER BY id DESC LIMIT 1`
  const [row] = yield* select<RunRow>(sql, workspaceId, seal)
  return row && runOf(row)
}

function* readFinishedRuns(
  workspaceId: string,
  beforeId: string | undefined,
  limit: number,
): Script<ForgetRun[]> {
  // "~" is behind every id.
  const sql = `SELECT id, started_at, body FROM forget_runs
    WHERE workspace_id = $1 AND id < $2 AND finished_at IS NOT NULL ORDER BY id DESC LIMIT $3`
  return (yield* select<RunRow>(sql, workspaceId, beforeId ?? '~', limit)).map(runOf)
}
