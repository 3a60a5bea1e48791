import type { PollWorkInput } from '../../api/sessions.ts'
import { DomainError, invalid } from '../../domain/errors.ts'
import type { EnvironmentId } from '../../domain/ids.ts'
import { isWaitingForWorker } from '../../domain/session/decide-work.ts'
import type { WorkItem } from '../../domain/session/work.ts'
import type { App, UseCase } from '../app.ts'
import { wakeupOn } from '../events/wakeup.ts'
import { permitSessions, reachEnvironment } from '../sessions/reach.ts'
import { hashSecret, makeSecret } from '../tenants/secret.ts'

const reclaimDefaultMs = 5_000
const blockMaxMs = 999
const itemsMax = 100

export const pollWork: UseCase<'pollWork'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const { id } = await reachEnvironment(app, caller, input.environmentId)
  const { blockMs, reclaimMs } = parseTimes(input)
  const deadline = AbortSignal.timeout(blockMs)
  const signal = input.signal ? AbortSignal.any([deadline, input.signal]) : deadline
  using wakeup = wakeupOn(app.storage, (topic) => topic === id)
  for (;;) {
    const handed = await takeOne(app, id, reclaimMs)
    if (handed !== undefined || signal.aborted || blockMs === 0) return handed
    await wakeup.wait(100, signal)
  }
}

function parseTimes({ blockMs = 0, reclaimOlderThanMs = reclaimDefaultMs }: PollWorkInput) {
  if (!Number.isInteger(blockMs) || blockMs < 0 || blockMs > blockMaxMs) {
    throw invalid('block_ms', `must be a whole number from 1 to ${blockMaxMs}`)
  }
  if (!Number.isInteger(reclaimOlderThanMs) || reclaimOlderThanMs < 1) {
    throw invalid('reclaim_older_than_ms', 'must be a whole number from 1')
  }
  return { blockMs, reclaimMs: reclaimOlderThanMs }
}

/** The oldest item that waits; one that another poll takes meanwhile is passed by. */
async function takeOne(app: App, environmentId: EnvironmentId, reclaimMs: number) {
  const items = await app.storage.view.sessions.liveWork(environmentId, itemsMax)
  for (const item of items) {
    if (!isWaitingForWorker(item, app.clock(), reclaimMs)) continue
    const handed = await handOut(app, item, reclaimMs)
    if (handed !== undefined) return handed
  }
  return undefined
}

async function handOut(app: App, item: WorkItem, reclaimOlderThanMs: number) {
  const token = makeSecret('plm-tok_')
  const { workspaceId, sessionId, id: workId } = item
  try {
    const work = await app.storage.commit({
      type: 'hand_out_work',
      workspaceId,
      sessionId,
      workId,
      reclaimOlderThanMs,
      tokenSha256: hashSecret(token),
    })
    const envelope = JSON.stringify({ sessions_token: token })
    return { work, secret: Buffer.from(envelope).toString('base64url') }
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return undefined
    throw error
  }
}
