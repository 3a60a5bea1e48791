import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachWork, scopeOfWork } from './reach-work.ts'

export const stopWork: UseCase<'stopWork'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const scope = scopeOfWork(await reachWork(app, caller, input))
  const tokenSha256 = caller.worker?.tokenSha256
  const force = input.force ?? false
  return app.storage.commit({ type: 'stop_work', ...scope, force, tokenSha256 })
}
