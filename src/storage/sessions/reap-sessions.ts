import type { Storage } from '../port.ts'

const sessionsPerPage = 100

/** Removes what a server that ended in the middle left of deleted sessions. */
export async function reapSessions(
  storage: Pick<Storage, 'view' | 'commit'>,
  signal: AbortSignal,
): Promise<void> {
  for (let found = sessionsPerPage; found === sessionsPerPage && !signal.aborted;) {
    const sessionIds = await storage.view.sessions.deletedSessions(sessionsPerPage)
    for (const sessionId of sessionIds) {
      for (let isGone = false; !isGone && !signal.aborted;) {
        isGone = (await storage.commit({ type: 'reap_session', sessionId })).isGone
      }
    }
    found = sessionIds.length
  }
}
