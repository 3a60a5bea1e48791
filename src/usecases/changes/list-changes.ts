import type { ChangePage } from '../../api.ts'
import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { parsePrefix, root, type Prefix } from '../../domain/memory/path.ts'
import type { StoreScope } from '../../storage/port.ts'
import type { App, UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'
import { changed } from './changed.ts'
import { notFound } from '../../domain/errors.ts'

const limitMax = 1_000
const limitDefault = 100
const waitMsMax = 60_000

export const listChanges: UseCase<'listChanges'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const after = parseAfter(input.after)
  const limit = whole(input.limit ?? limitDefault, { field: 'limit', min: 1, max: limitMax })
  const waitMs = whole(input.waitMs ?? 0, { field: 'wait_ms', min: 0, max: waitMsMax })
  const query = { after, prefix: parseFeedPrefix(input.pathPrefix), limit }
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
    await next.wait(signal)
  }
}

interface Query {
  readonly after: number
  readonly prefix: Prefix
  readonly limit: number
}

/** One page, and the sequence up to which it is complete. */
export async function changesAfter(
  { storage }: App,
  scope: StoreScope,
  query: Query,
): Promise<ChangePage> {
  // Read before the changes: whatever comes in between is in the next page.
  const usage = await storage.view.usage(scope)
  if (usage === undefined) throw notFound('memory store')
  const changes = require(await storage.view.changes(scope, query), 'memory store')
  const isCut = changes.length === query.limit
  const last = changes.at(-1)?.seq ?? query.after
  return { changes, seq: isCut ? last : Math.max(last, usage.seq, query.after) }
}

/** @throws DomainError `invalid` unless it is a sequence, 0 included */
export function parseAfter(input: number | undefined): number {
  return whole(input ?? 0, { field: 'after', min: 0, max: Number.MAX_SAFE_INTEGER })
}

export function parseFeedPrefix(input: string | undefined): Prefix {
  return input ? parsePrefix(input) : root
}

interface Range {
  readonly field: string
  readonly min: number
  readonly max: number
}

function whole(input: number, { field, min, max }: Range): number {
  if (Number.isInteger(input) && input >= min && input <= max) return input
  throw invalid(field, `must be a whole number from ${min} to ${max}`)
}
