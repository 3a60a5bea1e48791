import type { UseCase } from '../app.ts'
import { permitSessions, reachEnvironment } from '../sessions/reach.ts'

export const getEnvironment: UseCase<'getEnvironment'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  return reachEnvironment(app, caller, input.environmentId)
}
