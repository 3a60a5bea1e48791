import type { Api } from '../../api.ts'
import { DomainError, forbidden } from '../../domain/errors.ts'
import { ifOwn } from '../../transfer/source.ts'

/**
 * Asked before a store is made for what comes: only an admin could remove it again.
 * @throws DomainError `forbidden`; `not_found` where the server takes no imports
 */
export async function requireAdmin(api: Api, isOwnNeeded: boolean): Promise<void> {
  const identity = await ifOwn(() => api.whoAmI())
  if (identity === undefined) {
    if (!isOwnNeeded) return
    throw new DomainError({
      code: 'not_found',
      message:
        'this server takes no imports: it has only the official operations (put -r brings files)',
    })
  }
  if (identity.role !== 'admin') {
    throw forbidden(`this needs a key with the role admin; this key is ${identity.role}`)
  }
}
