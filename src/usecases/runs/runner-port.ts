import { randomUUID } from 'node:crypto'
import { DomainError } from '../../domain/errors.ts'
import type { Lease, RunnerPort } from '../../domain/session/runner-port.ts'
import type { App } from '../app.ts'
import { wakeupOn } from '../events/wakeup.ts'
import { holdLease, leaseMs } from './lease.ts'

/** Sessions of servers that died are found by looking; all others are told of. */
const lookEveryMs = 1_000
const candidatesMax = 16

/** The runner's end of the event log, over the storage that all servers have in common. */
export function openRunnerPort(app: App): RunnerPort {
  return {
    async claim(signal) {
      using wakeup = wakeupOn(app.storage, (topic) => topic.startsWith('sesn_'))
      while (!signal.aborted) {
        const lease = await claimOne(app)
        if (lease !== undefined) return lease
        await wakeup.wait(lookEveryMs, signal)
      }
      return undefined
    },
  }
}

async function claimOne(app: App): Promise<Lease | undefined> {
  const candidates = await app.storage.view.sessions.claimable(app.clock(), candidatesMax)
  for (const { id: sessionId, workspaceId } of candidates) {
    const name = randomUUID()
    try {
      const claim = { type: 'claim_session', workspaceId, sessionId, lease: name, leaseMs } as const
      return holdLease(app, await app.storage.commit(claim), name)
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  return undefined
}

/** Another claim came first, or the session is gone. */
function isTaken(error: unknown): boolean {
  return error instanceof DomainError && ['conflict', 'not_found'].includes(error.code)
}
