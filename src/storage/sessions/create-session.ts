import type { StoreId } from '../../domain/ids.ts'
import type { CreateSession } from '../../domain/session/command.ts'
import { decideCreateSession, type AttachableStore } from '../../domain/session/decide-session.ts'
import type { Session } from '../../domain/session/session.ts'
import { readAgent } from './agents.ts'
import { readEnvironment } from './environments.ts'
import { saveLog } from './events.ts'
import { finished, isRefused, select } from './script.ts'
import type { Result, Script } from './script.ts'
import { insertSession } from './sessions.ts'

export function* createSession(command: CreateSession, now: number): Script<Result<Session>> {
  const { workspaceId } = command
  const agent = yield* readAgent(workspaceId, command.agentId, command.agentVersion)
  const environment = yield* readEnvironment(workspaceId, command.environmentId)
  const stores: (AttachableStore | undefined)[] = []
  for (const { storeId } of command.stores) {
    stores.push(yield* readAttachable(workspaceId, storeId))
  }
  const decision = decideCreateSession({ agent, environment, stores, now }, command)
  if (isRefused(decision)) return decision
  const { session, writes } = decision
  yield* insertSession(session)
  yield* saveLog(session.id, writes)
  return finished(session, session.id)
}

function* readAttachable(
  workspaceId: string,
  storeId: StoreId,
): Script<AttachableStore | undefined> {
  interface Row {
    readonly name: string
    readonly description: string
    readonly archived_at: number | null
  }
  const sql = `SELECT name, description, archived_at FROM stores
    WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL`
  const [row] = yield* select<Row>(sql, storeId, workspaceId)
  if (row === undefined) return undefined
  const { name, description, archived_at: archivedAt } = row
  return { id: storeId, name, description, archivedAt: archivedAt ?? undefined }
}
