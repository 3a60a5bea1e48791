import type { UseCase } from '../app.ts'
import { pageByTime } from '../sessions/page-by-time.ts'
import { permitSessions } from '../sessions/reach.ts'

export const listEnvironments: UseCase<'listEnvironments'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const { workspaceId } = caller
  const includeArchived = input.includeArchived ?? false
  const paging = { list: ['environments', workspaceId], limit: input.limit, page: input.page }
  return pageByTime(app, paging, (position) =>
    app.storage.view.sessions.environments({ workspaceId, includeArchived, ...position }),
  )
}
