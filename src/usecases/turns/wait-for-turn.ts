import type { TurnReport } from '../../api/sessions.ts'
import type { Turn } from '../../domain/session/turn.ts'
import type { App } from '../app.ts'
import { wakeupOn } from '../events/wakeup.ts'
import { tend } from '../work/tend.ts'
import { reportTurn } from './report-turn.ts'

const lookEveryMs = 1_000

interface Patience {
  readonly waitMs: number
  /** Whether to wait for a worker that still has to save the memory. */
  readonly waitForMemory: boolean
}

/** The report of a turn once it is over, or `timed_out`; the turn itself goes on then. */
export async function waitForTurn(
  app: App,
  turn: Turn,
  { waitMs, waitForMemory }: Patience,
): Promise<TurnReport> {
  const endWatching = app.watchers?.add(turn.sessionId)
  using wakeup = wakeupOn(app.storage, (topic) => topic === turn.sessionId)
  const signal = AbortSignal.timeout(waitMs)
  try {
    for (;;) {
      const report = await reportTurn(app, turn)
      const isOver = report.status !== 'running'
      if (isOver && !(report.isMemoryPending && waitForMemory)) return report
      if (signal.aborted) return isOver ? report : { ...report, status: 'timed_out' }
      if (isOver) await tend(app, turn, 0)
      await wakeup.wait(lookEveryMs, signal)
    }
  } finally {
    endWatching?.()
  }
}
