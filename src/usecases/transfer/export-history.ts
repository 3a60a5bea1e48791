import { permitStore } from '../../domain/caller.ts'
import { notFound } from '../../domain/errors.ts'
import type { UseCase } from '../app.ts'
import { parseAfter, whole } from '../changes/feed.ts'
import { require, scopeOf } from '../found.ts'

const limitMax = 1_000
const limitDefault = 100
/** Of content; escapes of JSON come on top. */
const bytesMax = 4_000_000

export const exportHistory: UseCase<'exportHistory'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const after = parseAfter(input.after)
  const limit = whole(input.limit ?? limitDefault, { field: 'limit', min: 1, max: limitMax })
  // Read before the entries: whatever comes in between is in the next page.
  const usage = await storage.view.usage(scope)
  if (usage === undefined) throw notFound('memory store')
  const query = { after, limit, bytesMax }
  const entries = require(await storage.view.entries(scope, query), 'memory store')
  return { entries, seq: entries.at(-1)?.seq ?? Math.max(after, usage.seq) }
}
