import { permitStore, provenance } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'

/** Answers when the bytes are gone from the disk too. */
export const redactVersion: UseCase<'redactVersion'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'admin')
  const { versionId } = input
  await storage.commit({ type: 'redact_version', ...scope, versionId, by: provenance(caller) })
  return require(await storage.view.version(scope, versionId, { content: false }), 'memory version')
}
