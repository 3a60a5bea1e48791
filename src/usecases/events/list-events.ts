import type { UseCase } from '../app.ts'
import { permitSessions, reachSession } from '../sessions/reach.ts'
import { pageOfEvents } from './page-of-events.ts'

export const listEvents: UseCase<'listEvents'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  return pageOfEvents(app, await reachSession(app, caller, input.sessionId), input)
}
