import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { Moment } from '../domain/history/moment.ts'
import type { CliMoment } from './moment.ts'

/**
 * Where a moment stands in a store, as a sequence: later writes do not move it.
 * @throws DomainError `not_found`; `invalid` where the server has no history, or not that far back
 */
export async function fixMoment(api: Api, storeId: string, moment: CliMoment): Promise<Moment> {
  await api.getStore({ storeId })
  const { seq, at, isComplete } = await api.getMoment({ storeId, ...moment }).catch(withoutHistory)
  // Whoever reads an incomplete moment is told why it cannot be.
  if (!isComplete) await api.listMemoriesAsOf({ storeId, ...moment, limit: 1 })
  return { seq, at }
}

/** The store was read a moment ago: what cannot be found is the operation. */
function withoutHistory(error: unknown): never {
  if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
  const message =
    'this server cannot show a store as it was: it has the official operations alone. Leave out --at'
  throw new DomainError({ code: 'invalid', message, field: '--at' }, { cause: error })
}
