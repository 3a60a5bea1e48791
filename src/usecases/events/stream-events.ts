import type { UseCase } from '../app.ts'
import { permitSessions, reachSession } from '../sessions/reach.ts'
import { follow } from './follow.ts'

export const streamEvents: UseCase<'streamEvents'> = async function* (app, caller, input) {
  permitSessions(caller, 'read')
  yield* follow(app, caller, { input, reach: () => reachSession(app, caller, input.sessionId) })
}
