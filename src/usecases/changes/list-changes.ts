import { permitStore } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'
import { changed } from './changed.ts'
import {
  changesAfter,
  limitDefault,
  limitMax,
  parseAfter,
  parseFeedPrefix,
  waitMsMax,
  whole,
} from './feed.ts'

export const listChanges: UseCase<'listChanges'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const after = parseAfter(input.after)
  const limit = whole(input.limit ?? limitDefault, { field: 'limit', min: 1, max: limitMax })
  const waitMs = whole(input.waitMs ?? 0, { field: 'wait_ms', min: 0, max: waitMsMax })
  let query = { after, prefix: parseFeedPrefix(input.pathPrefix), limit }
  const signals = [AbortSignal.timeout(waitMs), ...(input.signal ? [input.signal] : [])]
  const signal = AbortSignal.any(signals)
  for (;;) {
    const next = changed(app, scope.storeId)
    const page = await changesAfter(app, scope, query).catch((error: unknown) => {
      next.end()
      throw error
    })
    if (page.changes.length > 0 || signal.aborted || waitMs === 0) {
      next.end()
      return page
    }
    // What was looked through is not looked through again at the next change.
    query = { ...query, after: page.seq }
    await next.wait(signal)
  }
}
