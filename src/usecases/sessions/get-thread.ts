import type { UseCase } from '../app.ts'
import { permitSessions } from './reach.ts'
import { reachThread } from './reach-thread.ts'

export const getThread: UseCase<'getThread'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  return reachThread(app, caller, input)
}
