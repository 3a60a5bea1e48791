import type { WorkInput } from '../../api/sessions.ts'
import type { Caller } from '../../domain/caller.ts'
import { notFound } from '../../domain/errors.ts'
import type { WorkItem } from '../../domain/session/work.ts'
import type { App } from '../app.ts'
import { reachEnvironment } from '../sessions/reach.ts'

/** An item that the caller may see; a token sees its own. @throws DomainError `not_found` */
export async function reachWork(app: App, caller: Caller, input: WorkInput): Promise<WorkItem> {
  const { id } = await reachEnvironment(app, caller, input.environmentId)
  const { worker } = caller
  const isForeign = worker?.workId !== undefined && worker.workId !== input.workId
  const item = isForeign ? undefined : await app.storage.view.sessions.work(id, input.workId)
  if (item === undefined) throw notFound('work')
  return item
}

/** Names an item in a command. */
export function scopeOfWork({ workspaceId, sessionId, id }: WorkItem) {
  return { workspaceId, sessionId, workId: id }
}
