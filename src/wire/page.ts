import type { Page } from '../domain/page.ts'
import { expectObject } from './json.ts'
import { object, orNull, type Schema } from './schema.ts'

export interface WirePage<Item> {
  data: Item[]
  next_page: string | null
}

export function encodePage<Item, Wire>(
  page: Page<Item>,
  encodeItem: (item: Item) => Wire,
): WirePage<Wire> {
  return { data: page.items.map(encodeItem), next_page: page.nextPage ?? null }
}

export function decodePage<Item>(json: unknown, decodeItem: (item: unknown) => Item): Page<Item> {
  const wire = expectObject(json) as WirePage<unknown>
  return { items: wire.data.map(decodeItem), nextPage: wire.next_page || undefined }
}

/** A list that is never long enough for pages, in the envelope that all lists have. */
export function encodeList<Item, Wire>(
  items: readonly Item[],
  encodeItem: (item: Item) => Wire,
): WirePage<Wire> {
  return { data: items.map(encodeItem), next_page: null }
}

export function pageSchema(item: Schema): Schema {
  return object({
    data: { type: 'array', items: item },
    next_page: orNull({
      type: 'string',
      description: 'Hand it back as `page` to go on; null at the end.',
    }),
  })
}
