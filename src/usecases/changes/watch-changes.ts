import { permitStore } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'
import { changed } from './changed.ts'
import { changesAfter, parseAfter, parseFeedPrefix } from './feed.ts'

const pageChanges = 500

/** Ends when the signal does; throws `not_found` once the store is deleted. */
export const watchChanges: UseCase<'watchChanges'> = async function* (app, caller, input) {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const prefix = parseFeedPrefix(input.pathPrefix)
  let after = parseAfter(input.after)
  while (!input.signal.aborted) {
    const next = changed(app, scope.storeId)
    try {
      const page = await changesAfter(app, scope, { after, prefix, limit: pageChanges })
      yield* page.changes
      after = page.seq
      if (page.changes.length === 0) await next.wait(input.signal)
    } finally {
      next.end()
    }
  }
}
