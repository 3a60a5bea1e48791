import type { Api, StorePosition } from '../api.ts'
import { invalid } from '../domain/errors.ts'
import type { Change } from '../domain/memory/version.ts'
import { encodeChange, encodeChangePage } from '../wire/change.ts'
import { encodeStoresChangePage, formatPosition, parsePosition } from '../wire/stores-changes.ts'
import { streamEvents, waitLive } from './event-stream.ts'
import type { Exchange } from './exchange.ts'
import { clientClosed, report, sendJson } from './respond.ts'
import type { ServerState } from './state.ts'

export interface Live {
  readonly api: Api
  readonly input: unknown
  readonly secret: string
}

type Inputs<V extends keyof Api> = Parameters<Api[V]>[0]

/** A page of one store's feed, which may wait for the next change. */
export function pollStore(state: ServerState, exchange: Exchange, live: Live): Promise<void> {
  return poll(state, exchange, live.secret, async (signal) => {
    const input = live.input as Inputs<'listChanges'>
    return encodeChangePage(await live.api.listChanges({ ...input, signal }))
  })
}

/** A page of the feeds of several stores, which may wait for the next change. */
export function pollStores(state: ServerState, exchange: Exchange, live: Live): Promise<void> {
  return poll(state, exchange, live.secret, async (signal) => {
    const input = live.input as Inputs<'listStoresChanges'>
    return encodeStoresChangePage(await live.api.listStoresChanges({ ...input, signal }))
  })
}

async function poll(
  state: ServerState,
  exchange: Exchange,
  ...[secret, read]: [secret: string, read: (signal: AbortSignal) => Promise<unknown>]
): Promise<void> {
  const controller = new AbortController()
  const live = waitLive(state, exchange, { secret, controller })
  try {
    sendJson(state, exchange, await read(controller.signal))
  } catch (error) {
    if (!controller.signal.aborted) throw error
    report(state, exchange, clientClosed)
  } finally {
    if (live !== undefined) state.live.remove(live)
  }
}

/** The feed of one store as server-sent events: `id` is the sequence. */
export async function followStore(
  state: ServerState,
  exchange: Exchange,
  { api, input, secret }: Live,
): Promise<void> {
  const wanted = input as Omit<Inputs<'watchChanges'>, 'signal'>
  const resumed = { ...wanted, after: resumeAfter(exchange) ?? wanted.after }
  // A feed says nothing until something changes: whether there is one is asked before it begins.
  await api.listChanges({ ...resumed, limit: 1 })
  const controller = new AbortController()
  const changes = api.watchChanges({ ...resumed, signal: controller.signal })
  const frames = framesOf(changes, ({ seq }) => String(seq))
  await streamEvents(state, exchange, { secret, frames, controller })
}

/** The feeds of several stores as one stream: `id` says where it is in each of them. */
export async function followStores(
  state: ServerState,
  exchange: Exchange,
  { api, input, secret }: Live,
): Promise<void> {
  const wanted = input as Omit<Inputs<'watchStoresChanges'>, 'signal'>
  const stores = resumed(exchange, wanted.stores)
  const { stores: known } = await api.listStoresChanges({ stores, limit: 1 })
  const controller = new AbortController()
  const places = new Map(known.map(({ storeId }) => [storeId, 0]))
  for (const { storeId, after = 0 } of stores) places.set(storeId, after)
  const changes = api.watchStoresChanges({ stores, signal: controller.signal })
  const frames = framesOf(changes, ({ storeId, seq }) => {
    places.set(storeId, seq)
    return [...places].map(([id, after]) => formatPosition({ storeId: id, after })).join(' ')
  })
  await streamEvents(state, exchange, { secret, frames, controller })
}

async function* framesOf(
  changes: AsyncIterable<Change>,
  idOf: (change: Change) => string,
): AsyncGenerator<string> {
  for await (const change of changes) {
    const data = JSON.stringify(encodeChange(change))
    yield `event: ${change.kind}\nid: ${idOf(change)}\ndata: ${data}\n\n`
  }
}

/** What a browser sends when it comes back: the newest id it saw. @throws DomainError `invalid` */
function resumeAfter({ request }: Exchange): number | undefined {
  const header = request.headers['last-event-id']
  if (header === undefined || header === '') return undefined
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) {
    throw invalid('last-event-id', 'must be a sequence')
  }
  return Number(header)
}

/** The stores that the request names, each where the newest id left it. */
function resumed(
  { request }: Exchange,
  stores: readonly StorePosition[],
): readonly StorePosition[] {
  const header = request.headers['last-event-id']
  if (typeof header !== 'string' || header === '') return stores
  const seen = header.split(' ').map((text) => parsePosition(text, 'last-event-id'))
  const places = new Map(seen.map(({ storeId, after }) => [storeId, after]))
  return stores.map((store) => ({ ...store, after: places.get(store.storeId) ?? store.after }))
}
