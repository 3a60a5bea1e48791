import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachThread } from '../sessions/reach-thread.ts'
import { follow } from './follow.ts'

export const streamThreadEvents: UseCase<'streamThreadEvents'> = async function* (
  app,
  caller,
  input,
) {
  permitSessions(caller, 'read')
  yield* follow(app, caller, { input, reach: () => reachThread(app, caller, input) })
}
