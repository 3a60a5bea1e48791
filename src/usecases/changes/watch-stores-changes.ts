import { root } from '../../domain/memory/path.ts'
import type { UseCase } from '../app.ts'
import { changed } from './changed.ts'
import { changesAfter } from './feed.ts'
import { parsePositions } from './positions.ts'

const pageChanges = 500

/** Ends when the signal does; throws `not_found` once one of the stores is deleted. */
export const watchStoresChanges: UseCase<'watchStoresChanges'> = async function* (
  app,
  caller,
  input,
) {
  const places = parsePositions(caller, input.stores)
  while (!input.signal.aborted) {
    const next = changed(app, ...places.map(({ scope }) => scope.storeId))
    try {
      let seen = 0
      for (const place of places) {
        const query = { after: place.after, prefix: root, limit: pageChanges }
        const page = await changesAfter(app, place.scope, query)
        yield* page.changes
        place.after = page.seq
        seen += page.changes.length
      }
      if (seen === 0) await next.wait(input.signal)
    } finally {
      next.end()
    }
  }
}
