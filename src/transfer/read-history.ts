import type { Api } from '../api.ts'
import type { HistoryEntry } from '../domain/memory/version.ts'

const pageEntries = 1_000

export interface HistoryRange {
  readonly storeId: string
  /** A sequence; 0 starts at the oldest retained change. */
  readonly after: number
  /** The last sequence of interest: what happens meanwhile is left for the next time. */
  readonly until: number
}

/** A store's history in order; the next page is fetched while this one is used. */
export async function* readHistory(api: Api, range: HistoryRange): AsyncGenerator<HistoryEntry> {
  const { storeId, until } = range
  const load = (after: number) => {
    const page = api.exportHistory({ storeId, after, limit: pageEntries })
    page.catch(() => undefined) // seen where it is awaited; the reader may have left before
    return page
  }
  let next = range.after < until ? load(range.after) : undefined
  while (next !== undefined) {
    const { entries, seq } = await next
    next = entries.length > 0 && seq < until ? load(seq) : undefined
    for (const entry of entries) {
      if (entry.seq > until) return
      yield entry
    }
  }
}
