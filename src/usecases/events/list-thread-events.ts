import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachThread } from '../sessions/reach-thread.ts'
import { pageOfEvents } from './page-of-events.ts'

export const listThreadEvents: UseCase<'listThreadEvents'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  return pageOfEvents(app, await reachThread(app, caller, input), input)
}
