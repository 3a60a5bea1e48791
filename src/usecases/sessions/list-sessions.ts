import { readOneOf } from '../../domain/session/read-fields.ts'
import { sessionStatuses } from '../../domain/session/session.ts'
import type { UseCase } from '../app.ts'
import { pageByTime } from './page-by-time.ts'
import { permitSessions } from './reach.ts'

export const listSessions: UseCase<'listSessions'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const { workspaceId } = caller
  const order = input.order ?? 'desc'
  const statuses = input.statuses?.map((status) => readOneOf(status, 'statuses', sessionStatuses))
  // No session comes from a deployment here.
  if (input.deploymentId !== undefined) return { items: [], nextPage: undefined }
  const paging = { list: ['sessions', workspaceId], limit: input.limit, page: input.page, order }
  return pageByTime(app, paging, (position) =>
    app.storage.view.sessions.sessions({
      workspaceId,
      includeArchived: input.includeArchived ?? false,
      createdFrom: input.createdFrom,
      createdTo: input.createdTo,
      agentId: input.agentId,
      agentVersion: input.agentVersion,
      storeId: input.memoryStoreId,
      statuses: statuses?.length ? statuses : undefined,
      order,
      ...position,
    }),
  )
}
