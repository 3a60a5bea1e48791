import { permitStore, provenance } from '../../domain/caller.ts'
import { parseReason } from '../../domain/reason.ts'
import type { UseCase } from '../app.ts'
import { given, scopeOf } from '../found.ts'
import { redact } from './redaction.ts'

/** As `redactVersion`; the reason is kept with the change. */
export const redactWithReason: UseCase<'redactWithReason'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'admin')
  const reason = given(input.reason, (text) => parseReason(text))
  return redact(storage, { scope, versionId: input.versionId, by: provenance(caller), reason })
}
