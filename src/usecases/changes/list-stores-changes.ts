import type { StoresChangePage } from '../../api.ts'
import type { Change } from '../../domain/memory/version.ts'
import { root } from '../../domain/memory/path.ts'
import type { App, UseCase } from '../app.ts'
import { changed } from './changed.ts'
import { changesAfter, limitDefault, limitMax, waitMsMax, whole } from './feed.ts'
import { parsePositions, type Place } from './positions.ts'

export const listStoresChanges: UseCase<'listStoresChanges'> = async (app, caller, input) => {
  const places = parsePositions(caller, input.stores)
  const limit = whole(input.limit ?? limitDefault, { field: 'limit', min: 1, max: limitMax })
  const waitMs = whole(input.waitMs ?? 0, { field: 'wait_ms', min: 0, max: waitMsMax })
  const signals = [AbortSignal.timeout(waitMs), ...(input.signal ? [input.signal] : [])]
  const signal = AbortSignal.any(signals)
  for (;;) {
    const next = changed(app, ...places.map(({ scope }) => scope.storeId))
    const page = await pageOf(app, places, limit).catch((error: unknown) => {
      next.end()
      throw error
    })
    if (page.changes.length > 0 || signal.aborted || waitMs === 0) {
      next.end()
      return page
    }
    await next.wait(signal)
  }
}

/** The stores one after another, as far as the limit reaches. Moves the places on. */
async function pageOf(app: App, places: Place[], limit: number): Promise<StoresChangePage> {
  const changes: Change[] = []
  for (const place of places) {
    const rest = limit - changes.length
    if (rest === 0) break
    const query = { after: place.after, prefix: root, limit: rest }
    const page = await changesAfter(app, place.scope, query)
    changes.push(...page.changes)
    place.after = page.seq
  }
  return {
    changes,
    stores: places.map(({ scope, after }) => ({ storeId: scope.storeId, after })),
  }
}
