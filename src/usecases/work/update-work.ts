import { parseMetadataPatch } from '../../domain/memory/store.ts'
import type { UseCase } from '../app.ts'
import { permitSessions } from '../sessions/reach.ts'
import { reachWork, scopeOfWork } from './reach-work.ts'

export const updateWork: UseCase<'updateWork'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const scope = scopeOfWork(await reachWork(app, caller, input))
  const metadata = parseMetadataPatch(input.metadata ?? {})
  return app.storage.commit({ type: 'update_work', ...scope, metadata })
}
