import type { WireStore } from '../../wire/memory-store.ts'
import type { WirePage } from '../../wire/page.ts'
import type { WireUsage } from '../../wire/usage.ts'
import { request } from './request.ts'

/** What a person may say about a store. In a change, metadata is a patch: null removes a key. */
export interface StoreFields {
  readonly name: string
  readonly description: string
  readonly metadata: Readonly<Record<string, string | null>>
}

const root = '/v1/memory_stores'

export const storeAddress = (id: string) => `${root}/${encodeURIComponent(id)}`
export const ownAddress = (id: string) => `/palimpsest${storeAddress(id)}`

/** Every store of the workspace, archived ones too, newest first. */
export async function listStores(signal?: AbortSignal): Promise<WireStore[]> {
  const found: WireStore[] = []
  let page: string | undefined
  do {
    const query = { limit: 100, include_archived: true, page }
    const answer: WirePage<WireStore> = await request('GET', root, { query, signal })
    found.push(...answer.data)
    page = answer.next_page ?? undefined
  } while (page !== undefined)
  return found
}

export const getStore = (id: string, signal?: AbortSignal) =>
  request<WireStore>('GET', storeAddress(id), { signal })

export const getUsage = (id: string, signal?: AbortSignal) =>
  request<WireUsage>('GET', `${ownAddress(id)}/usage`, { signal })

export const createStore = (fields: StoreFields) =>
  request<WireStore>('POST', root, { body: fields })

export const updateStore = (id: string, fields: StoreFields) =>
  request<WireStore>('POST', storeAddress(id), { body: fields })

export const archiveStore = (id: string) =>
  request<WireStore>('POST', `${storeAddress(id)}/archive`)

export const deleteStore = (id: string) => request<unknown>('DELETE', storeAddress(id))
