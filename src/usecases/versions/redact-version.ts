import { permitStore, provenance } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'
import { redact } from './redaction.ts'

/** Answers when the bytes are gone from the disk too. */
export const redactVersion: UseCase<'redactVersion'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'admin')
  const { versionId } = input
  return redact(storage, { scope, versionId, by: provenance(caller), reason: undefined })
}
