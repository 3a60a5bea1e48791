import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachWork, scopeOfWork } from './reach-work.ts'

export const heartbeatWork: UseCase<'heartbeatWork'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const scope = scopeOfWork(await reachWork(app, caller, input))
  const tokenSha256 = caller.worker?.tokenSha256
  const { expected } = input
  return app.storage.commit({ type: 'heartbeat_work', ...scope, expected, tokenSha256 })
}
