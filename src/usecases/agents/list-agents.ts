import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { pageByTime } from '../sessions/page-by-time.ts'

export const listAgents: UseCase<'listAgents'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const { workspaceId } = caller
  const { createdFrom, createdTo } = input
  const includeArchived = input.includeArchived ?? false
  const paging = { list: ['agents', workspaceId], limit: input.limit, page: input.page }
  return pageByTime(app, paging, (position) =>
    app.storage.view.sessions.agents({
      workspaceId,
      includeArchived,
      createdFrom,
      createdTo,
      ...position,
    }),
  )
}
