import type { StorePosition, StoresChangePage } from '../api.ts'
import { invalid } from '../domain/errors.ts'
import { decodeChange, encodeChange, type WireChange } from './change.ts'
import { expectObject } from './json.ts'
import { count, object, ref, string, type Schema } from './schema.ts'

export interface WireStoresChangePage {
  data: WireChange[]
  stores: { memory_store_id: string; seq: number }[]
}

/** `memstore_…:12`, or the id alone for the beginning. */
export function formatPosition({ storeId, after }: StorePosition): string {
  return after === undefined ? storeId : `${storeId}:${after}`
}

/** @throws DomainError `invalid` */
export function parsePosition(text: string, field = 'store'): StorePosition {
  const [, storeId, after] = /^([\w-]+)(?::(\d{1,15}))?$/.exec(text) ?? []
  if (storeId === undefined) {
    throw invalid(field, 'must be the id of a memory store, or that and ":" and a sequence')
  }
  return after === undefined ? { storeId } : { storeId, after: Number(after) }
}

export function encodeStoresChangePage(page: StoresChangePage): WireStoresChangePage {
  return {
    data: page.changes.map(encodeChange),
    stores: page.stores.map(({ storeId, after }) => ({ memory_store_id: storeId, seq: after })),
  }
}

export function decodeStoresChangePage(json: unknown): StoresChangePage {
  const wire = expectObject(json) as WireStoresChangePage
  return {
    changes: wire.data.map(decodeChange),
    stores: wire.stores.map(({ memory_store_id: storeId, seq: after }) => ({ storeId, after })),
  }
}

export const storesChangePageSchema: Schema = object({
  data: { type: 'array', items: ref('Change'), description: 'In commit order within each store.' },
  stores: {
    type: 'array',
    items: object({
      memory_store_id: string('The store.'),
      seq: { ...count, description: 'Hand it back behind the id to go on.' },
    }),
    description: 'How far the page is complete in each store.',
  },
})
