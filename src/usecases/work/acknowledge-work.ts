import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachWork, scopeOfWork } from './reach-work.ts'

export const acknowledgeWork: UseCase<'acknowledgeWork'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const item = await reachWork(app, caller, input)
  return app.storage.commit({ type: 'acknowledge_work', ...scopeOfWork(item) })
}
