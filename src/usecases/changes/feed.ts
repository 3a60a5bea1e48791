import type { ChangePage } from '../../api.ts'
import { invalid, notFound } from '../../domain/errors.ts'
import { parsePrefix, root, type Prefix } from '../../domain/memory/path.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App } from '../app.ts'
import { require } from '../found.ts'

/** Changes of a page. */
export const limitMax = 1_000
export const limitDefault = 100
export const waitMsMax = 60_000

export interface FeedQuery {
  readonly after: number
  readonly prefix: Prefix
  readonly limit: number
}

/** One page, and the sequence up to which it is complete. */
export async function changesAfter(
  { storage }: App,
  scope: StoreScope,
  query: FeedQuery,
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

export interface Range {
  readonly field: string
  readonly min: number
  readonly max: number
}

/** @throws DomainError `invalid` unless it is a whole number in the range */
export function whole(input: number, { field, min, max }: Range): number {
  if (Number.isInteger(input) && input >= min && input <= max) return input
  throw invalid(field, `must be a whole number from ${min} to ${max}`)
}
