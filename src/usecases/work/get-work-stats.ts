import type { UseCase } from '../app.ts'
import { permitSessions, reachEnvironment } from '../sessions/reach.ts'

const itemsMax = 100_000

export const getWorkStats: UseCase<'getWorkStats'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const { id } = await reachEnvironment(app, caller, input.environmentId)
  const items = await app.storage.view.sessions.liveWork(id, itemsMax)
  const queued = items.filter(({ state }) => state === 'queued')
  return {
    depth: queued.length,
    pending: items.length - queued.length,
    oldestQueuedAt: queued[0]?.createdAt,
  }
}
