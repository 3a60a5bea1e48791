import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachWork } from './reach-work.ts'

export const getWork: UseCase<'getWork'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  return reachWork(app, caller, input)
}
