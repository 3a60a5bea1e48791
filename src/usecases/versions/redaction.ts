import type { Provenance } from '../../domain/caller.ts'
import { refuseRepeating } from '../../domain/memory/redact.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { Storage } from '../../storage/port.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import { require } from '../found.ts'

export interface Redaction {
  readonly scope: StoreScope
  readonly versionId: string
  readonly by: Provenance
  readonly reason: string | undefined
}

/**
 * The redacted version, once the bytes are gone from the disk too. A version never changes, so what
 * the reason must not repeat is read before.
 * @param field of the reason, for its refusal
 */
export async function redact(
  storage: Storage,
  { scope, versionId, by, reason }: Redaction,
  field = 'reason',
): Promise<Version> {
  if (reason !== undefined) {
    const doomed = await storage.view.version(scope, versionId, { content: true })
    if (doomed.found) refuseRepeating(reason, doomed.value, field)
  }
  await storage.commit({ type: 'redact_version', ...scope, versionId, by, reason })
  return require(await storage.view.version(scope, versionId, { content: false }), 'memory version')
}
