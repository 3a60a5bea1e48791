import type { LogEntry } from '../domain/session/event.ts'
import type { AppendBatch, Appended, Lease } from '../domain/session/runner-port.ts'

/**
 * A lease that reads its log once and then knows it by what it appends, until something came from
 * elsewhere: a long session need not be read again for every step. What it does not notice (an
 * answer to an open call) the log itself does, when the session is about to rest.
 */
export function knowLog(lease: Lease): Lease {
  let known: readonly LogEntry[] | undefined
  return {
    session: lease.session,
    isTakenOver: lease.isTakenOver,
    lost: lease.lost,
    get interrupted() {
      return lease.interrupted
    },
    log: async () => (known ??= await lease.log()),
    async append(batch) {
      const before = known
      known = undefined
      const appended = await lease.append(batch)
      if (before !== undefined && isAlone(batch, appended)) known = after(before, batch)
      return appended
    },
    publish: (delta) => lease.publish(delta),
    watched: (maxMs) => lease.watched(maxMs),
    release: () => lease.release(),
  }
}

/** Whether nothing is in the log now but what was there, and this. */
function isAlone({ end }: AppendBatch, { status, waiting, interrupted }: Appended): boolean {
  return end === undefined && status === 'running' && !waiting && !interrupted
}

function after(
  before: readonly LogEntry[],
  { consume = [], events = [] }: AppendBatch,
): readonly LogEntry[] {
  const placed = before.filter(({ processedAt }) => processedAt !== undefined)
  const consumed = before.filter(({ event }) => consume.includes(event.id))
  let place = placed.at(-1)?.processedAt ?? 0
  const next = () => (place += 1)
  return [
    ...placed,
    ...consumed.map((entry) => ({ ...entry, processedAt: next() })),
    ...events.map(({ event, raw }) => ({ event, raw, processedAt: next() })),
  ]
}
