import type { ClaimedSession } from '../../domain/session/command.ts'
import type { LogEntry } from '../../domain/session/event.ts'
import type { AppendBatch, Appended, Lease } from '../../domain/session/runner-port.ts'
import type { Session } from '../../domain/session/session.ts'
import type { App } from '../app.ts'

export const leaseMs = 15_000
const renewEveryMs = 5_000
const pageEvents = 1_000

/** A claimed session: renewed in the background until it is released, lost, or comes to rest. */
export function holdLease(app: App, session: ClaimedSession, name: string): Lease {
  const { workspaceId, id: sessionId } = session
  const scope = { workspaceId, sessionId, lease: name }
  const lost = new AbortController()
  let interrupted = new AbortController()
  let isOver = false
  const see = (now: Pick<Session, 'waiting'>, turn: AbortController) => {
    if (now.waiting.some(({ type }) => type === 'user.interrupt')) turn.abort()
  }
  see(session, interrupted)
  // What is asked for in one turn may be answered in the next, and holds for the first alone.
  const look = async () => {
    const turn = interrupted
    const now = await app.storage.view.sessions.session(workspaceId, sessionId)
    if (now !== undefined) see(now, turn)
  }
  const endSubscription = app.storage.subscribe((topic) => {
    // A look that fails is made up for by the next renewal.
    if (topic === sessionId && !isOver) look().catch(() => undefined)
  })
  const renew = setInterval(() => {
    const turn = interrupted
    const renewed = app.storage.commit({ type: 'renew_lease', ...scope, leaseMs })
    renewed.then((now) => see(now, turn), end)
  }, renewEveryMs)
  function stop(): void {
    isOver = true
    clearInterval(renew)
    endSubscription()
  }
  function end(): void {
    stop()
    lost.abort()
  }
  return {
    session,
    isTakenOver: session.isTakenOver,
    lost: lost.signal,
    get interrupted() {
      return interrupted.signal
    },
    log: () => readLog(app, session),
    async append(batch: AppendBatch): Promise<Appended> {
      const appended = await app.storage
        .commit({ type: 'append_events', ...scope, batch })
        .catch((error: unknown) => {
          end()
          throw error
        })
      if (batch.end === 'interrupted') interrupted = new AbortController()
      if (appended.interrupted) interrupted.abort()
      if (appended.status === 'idle') stop()
      // An interrupt of the turn that begins may have come before there was anything to abort.
      else if (batch.end === 'interrupted') look().catch(() => undefined)
      return appended
    },
    publish: (delta) => app.storage.publish({ sessionId, body: delta }),
    watched: async (maxMs) => {
      if (!session.isAttended) await app.watchers?.watched(sessionId, maxMs)
    },
    async release() {
      if (isOver) return
      stop()
      await app.storage.commit({ type: 'release_lease', ...scope })
    },
  }
}

async function readLog({ storage }: App, session: Session): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for (let above: number | undefined; ;) {
    const page = await storage.view.sessions.events({
      sessionId: session.id,
      order: 'asc',
      types: undefined,
      above,
      below: undefined,
      processedOnly: false,
      raw: true,
      limit: pageEvents,
    })
    entries.push(...page)
    const last = page.at(-1)
    if (page.length < pageEvents || last === undefined) return entries
    above = last.place
  }
}
