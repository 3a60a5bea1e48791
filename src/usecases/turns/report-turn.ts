import type { TurnReport } from '../../api/sessions.ts'
import type { LogEntry } from '../../domain/session/event.ts'
import type { Session } from '../../domain/session/session.ts'
import { readOutcome } from '../../domain/session/turn-outcome.ts'
import type { MemoryChanged, Turn } from '../../domain/session/turn.ts'
import { root } from '../../domain/memory/path.ts'
import { isSaving } from '../../domain/session/decide-work.ts'
import type { App } from '../app.ts'

const pageEvents = 1_000
const changesMax = 1_000

/** How a turn stands now; one that is over, and whose memory is saved, is kept as it is. */
export async function reportTurn(app: App, turn: Turn): Promise<TurnReport> {
  const { result } = turn
  if (result?.changed !== undefined) {
    return { turn, status: result.status, changed: result.changed, isMemoryPending: false }
  }
  const { sessions } = app.storage.view
  const session = await sessions.session(turn.workspaceId, turn.sessionId)
  const outcome = readOutcome(await eventsSince(app, turn), turn, session)
  const changed = await changesSince(app, turn)
  if (outcome.status === 'running') {
    return {
      turn: { ...turn, result: undefined },
      status: 'running',
      changed,
      isMemoryPending: false,
    }
  }
  const isMemoryPending = session !== undefined && (await isUnsaved(app, session))
  const final = { ...outcome, changed: isMemoryPending ? undefined : changed }
  const report = {
    turn: { ...turn, result: final },
    status: outcome.status,
    changed,
    isMemoryPending,
  }
  if (outcome.status === 'requires_action' || isMemoryPending) return report
  const { workspaceId, sessionId, id: turnId } = turn
  await app.storage.commit({ type: 'finish_turn', workspaceId, sessionId, turnId, result: final })
  return report
}

async function eventsSince(app: App, turn: Turn): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for (let above = turn.head; ;) {
    const page = await app.storage.view.sessions.events({
      sessionId: turn.sessionId,
      order: 'asc',
      types: undefined,
      above,
      below: undefined,
      processedOnly: true,
      raw: false,
      limit: pageEvents,
    })
    entries.push(...page)
    const last = page.at(-1)
    if (page.length < pageEvents || last === undefined) return entries
    above = last.place
  }
}

/** Versions that the session left in its stores since the turn began. */
async function changesSince({ storage }: App, turn: Turn): Promise<MemoryChanged[]> {
  const { workspaceId, sessionId } = turn
  const changed: MemoryChanged[] = []
  for (const { storeId, seq } of turn.stores) {
    const query = { after: seq, prefix: root, limit: changesMax }
    const found = await storage.view.changes({ workspaceId, storeId }, query)
    for (const change of found.found ? found.value : []) {
      if (change.kind !== 'created' && change.kind !== 'modified' && change.kind !== 'deleted')
        continue
      if (change.actor !== sessionId) continue
      const { versionId, kind: operation, path = '' } = change
      if (versionId === undefined) continue
      changed.push({ storeId, path, operation, versionId })
    }
  }
  return changed
}

async function isUnsaved({ storage, clock }: App, session: Session): Promise<boolean> {
  if (session.liveWorkId === undefined) return false
  const item = await storage.view.sessions.work(session.environmentId, session.liveWorkId)
  return item !== undefined && isSaving(session, item, clock())
}
