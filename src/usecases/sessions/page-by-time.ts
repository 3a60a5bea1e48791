import { invalid } from '../../domain/errors.ts'
import { makeCursor, parsePageLimit, readCursor, type Page } from '../../domain/page.ts'
import type { ListPosition } from '../../storage/port/session-reads.ts'
import type { App } from '../app.ts'

interface Paging {
  /** Everything that must not change between pages. */
  readonly list: readonly string[]
  readonly limit: number | undefined
  readonly page: string | undefined
  readonly order?: 'asc' | 'desc'
}

/** One page of a list that is ordered by the time of creation, then by id. */
export async function pageByTime<Item extends ListPosition>(
  app: App,
  paging: Paging,
  read: (position: {
    readonly after: ListPosition | undefined
    readonly limit: number
  }) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  const limit = parsePageLimit(paging.limit, false)
  const list = [...paging.list, paging.order ?? 'desc']
  const position = readOrderedCursor(app, paging)
  const found = await read({ after: position, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const isCut = found.length > limit && last !== undefined
  const nextPage = isCut
    ? makeCursor(app.cursorKey, list, `${last.createdAt} ${last.id}`)
    : undefined
  return { items, nextPage }
}

function readOrderedCursor({ cursorKey }: App, paging: Paging): ListPosition | undefined {
  const { list, page, order = 'desc' } = paging
  try {
    const position = readCursor(cursorKey, [...list, order], page)
    if (position === undefined) return undefined
    const [createdAt = '', id = ''] = position.split(' ')
    return { createdAt: Number(createdAt), id }
  } catch (error) {
    if (isCursor(cursorKey, [...list, order === 'asc' ? 'desc' : 'asc'], page)) {
      throw invalid('page', 'page token order does not match request')
    }
    throw error
  }
}

function isCursor(cursorKey: Uint8Array, list: readonly string[], page: string | undefined) {
  try {
    return readCursor(cursorKey, list, page) !== undefined
  } catch {
    return false
  }
}
