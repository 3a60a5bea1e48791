import type { ListEventsInput } from '../../api/sessions.ts'
import { invalid } from '../../domain/errors.ts'
import { makeCursor, readCursor, type Page } from '../../domain/page.ts'
import type { LogEntry } from '../../domain/session/event.ts'
import type { Session } from '../../domain/session/session.ts'
import type { App } from '../app.ts'

const limitMax = 1_000

/** One page of the log: processed events in their order, those that wait behind them. */
export async function pageOfEvents(
  app: App,
  { id: sessionId }: Session,
  input: ListEventsInput,
): Promise<Page<LogEntry>> {
  const order = input.order ?? 'asc'
  const limit = parseLimit(input.limit)
  const list = ['events', sessionId, order]
  const cursor = readCursor(app.cursorKey, list, input.page)
  const position = cursor === undefined ? undefined : Number(cursor)
  const isUp = order === 'asc'
  const found = await app.storage.view.sessions.events({
    sessionId,
    order,
    types: input.types?.length ? input.types : undefined,
    above: isUp ? later(input.after, position) : input.after,
    below: isUp ? input.before : earlier(input.before, position),
    processedOnly: input.after !== undefined || input.before !== undefined,
    raw: false,
    limit: limit + 1,
  })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const isCut = found.length > limit && last !== undefined
  const nextPage = isCut ? makeCursor(app.cursorKey, list, String(last.place)) : undefined
  return { items, nextPage }
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

function parseLimit(input: number | undefined): number {
  const limit = input ?? limitMax
  if (Number.isInteger(limit) && limit >= 1 && limit <= limitMax) return limit
  throw invalid('limit', `must be a whole number from 1 to ${limitMax}`)
}
