import { defaultTtlSeconds } from '../../domain/session/work.ts'
import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachWork, scopeOfWork } from './reach-work.ts'

export const heartbeatWork: UseCase<'heartbeatWork'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const scope = scopeOfWork(await reachWork(app, caller, input))
  const tokenSha256 = caller.worker?.tokenSha256
  const { expected } = input
  const { workTtlSeconds: ttlSeconds = defaultTtlSeconds } = app
  const beat = { type: 'heartbeat_work', ...scope, expected, tokenSha256, ttlSeconds } as const
  return app.storage.commit(beat)
}
