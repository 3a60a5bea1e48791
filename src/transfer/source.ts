import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { Entry } from './entry.ts'
import { OfficialHistory } from './official-history.ts'
import { readHistory } from './read-history.ts'
import type { StoreHistory } from './store-history.ts'

/**
 * The history of a store. Of a server that has nothing but the official operations it is what the
 * list of versions gives.
 */
export async function openHistory(api: Api, storeId: string): Promise<StoreHistory> {
  await api.getStore({ storeId })
  const usage = await ifOwn(() => api.getUsage({ storeId }))
  if (usage === undefined) return OfficialHistory.open(api, storeId)
  const { seq, historyFrom } = usage
  return {
    seq,
    historyFrom,
    count: seq,
    outline: (after) => outlineOf(api, { storeId, after, until: seq }),
    entries: (after) => readHistory(api, { storeId, after, until: seq }),
    redacted: new Set(),
  }
}

/** What an operation of our own answers; undefined on a server that does not have it. */
export async function ifOwn<Value>(call: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return undefined
    throw error
  }
}

const pageChanges = 1_000

async function* outlineOf(
  api: Api,
  { storeId, after, until }: { storeId: string; after: number; until: number },
): AsyncGenerator<Entry> {
  for (let last = after; last < until;) {
    const page = await api.listChanges({ storeId, after: last, limit: pageChanges })
    for (const change of page.changes) if (change.seq <= until) yield change
    if (page.seq <= last) return
    last = page.seq
  }
}
