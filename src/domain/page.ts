import { createHmac } from 'node:crypto'
import { invalid } from './errors.ts'
import { pageLimit } from './limits.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque; hand it back as `page` to go on. Undefined at the end. */
  readonly nextPage: string | undefined
}

/** The secret that signs a server's cursors, so that a made-up one is refused. */
export type CursorKey = Uint8Array

const prefix = 'page_'
const signatureLength = 16

/**
 * A cursor: a position in one list. `list` names everything that must not change between pages (the
 * kind, the store or workspace, prefix and depth); `position` is the last item given out.
 */
export function makeCursor(key: CursorKey, list: readonly string[], position: string): string {
  const body = Buffer.from(position).toString('base64url')
  return `${prefix}${sign(key, list, position)}${body}`
}

/**
 * The position in a cursor; undefined for the first page (no cursor, or an empty one).
 * @throws DomainError `invalid` for one that was tampered with or belongs to another list (U12,
 * U13)
 */
export function readCursor(
  key: CursorKey,
  list: readonly string[],
  cursor: string | undefined,
): string | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const start = prefix.length + signatureLength
  const position = Buffer.from(cursor.slice(start), 'base64url').toString()
  if (makeCursor(key, list, position) !== cursor) {
    throw invalid('page', 'is not a cursor of this list (pass the previous next_page unchanged)')
  }
  return position
}

function sign(key: CursorKey, list: readonly string[], position: string): string {
  const mac = createHmac('sha256', key)
    .update(JSON.stringify([list, position]))
    .digest('base64url')
  return mac.slice(0, signatureLength)
}

/**
 * The number of items of a page: 1 to 100, 20 when not given, silently at most 20 with content.
 * @throws DomainError `invalid`
 */
export function parsePageLimit(input: number | undefined, full: boolean): number {
  const limit = input ?? pageLimit.default
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimit.max) {
    throw invalid('limit', `must be a whole number from 1 to ${pageLimit.max}`)
  }
  return full ? Math.min(limit, pageLimit.fullMax) : limit
}
