import { unreachable } from '../../domain/assert.ts'
import type {
  AcknowledgeWork,
  HandOutWork,
  HeartbeatWork,
  StopWork,
  TendWork,
  UpdateWork,
} from '../../domain/session/command.ts'
import {
  decideAcknowledge,
  decideHandOut,
  decideHeartbeat,
  decideStop,
  decideTend,
  decideUpdateWork,
  workNotFound,
} from '../../domain/session/decide-work.ts'
import { startLogDraft, type LogDraft } from '../../domain/session/log-draft.ts'
import type { WorkItem } from '../../domain/session/work.ts'
import { saveDraft } from './in-session.ts'
import { finished, isRefused, type Result, type Script } from './script.ts'
import { lockSession } from './sessions.ts'
import { readWorkById, saveToken } from './work.ts'

type InWork = HandOutWork | AcknowledgeWork | HeartbeatWork | StopWork | UpdateWork | TendWork

/** In the scope of the item's session, because one follows from the other. */
export function* commitWork(command: InWork, now: number): Script<Result> {
  const locked = yield* lockSession(command.workspaceId, command.sessionId)
  const item = yield* readWorkById(command.workId)
  if (item === undefined || item.workspaceId !== command.workspaceId) return workNotFound
  // A deleted session leaves stopped items, which may be stopped again.
  if (locked === undefined) return command.type === 'stop_work' ? finished(item) : workNotFound
  const draft = startLogDraft(locked.session, now)
  const answer = decide(draft, item, command)
  if (isRefused(answer)) return answer
  const topics = yield* saveDraft(locked.session, draft)
  const changed = draft.work.get(item.id)
  if (command.type === 'hand_out_work' && changed !== undefined) yield* saveToken(changed)
  return finished(answer, ...(draft.work.size > 0 ? topics : []))
}

function decide(draft: LogDraft, item: WorkItem, command: InWork) {
  switch (command.type) {
    case 'hand_out_work':
      return decideHandOut(draft, item, command)
    case 'acknowledge_work':
      return decideAcknowledge(draft, item)
    case 'heartbeat_work':
      return decideHeartbeat(draft, item, command)
    case 'stop_work':
      return decideStop(draft, item, command)
    case 'update_work':
      return decideUpdateWork(draft, item, command)
    case 'tend_work':
      return decideTend(draft, item, command)
    default:
      return unreachable(command)
  }
}
