import type { UseCase } from '../app.ts'
import { pageByTime } from '../sessions/page-by-time.ts'
import { permitSessions, reachEnvironment } from '../sessions/reach.ts'

export const listWork: UseCase<'listWork'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const { id: environmentId } = await reachEnvironment(app, caller, input.environmentId)
  const paging = { list: ['work', environmentId], limit: input.limit, page: input.page }
  return pageByTime(app, paging, (position) =>
    app.storage.view.sessions.works({ environmentId, ...position }),
  )
}
