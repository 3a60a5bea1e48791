// The addresses of the console. A memory's path stands in the query, where it survives whatever
// characters it has; everything that can be looked at can be linked to.

export const base = '/console'

/** What of a store is looked at. The names stand in addresses, so they stay. */
export interface StorePlace {
  /** A memory's path. */
  readonly path?: string | undefined
  /** A directory; starts and ends with "/". */
  readonly within?: string | undefined
  /** A version of that memory, or of the store. */
  readonly version?: string | undefined
  /** The version it is compared with. */
  readonly against?: string | undefined
  /** A moment: the sequence of a change. */
  readonly at?: string | undefined
  /** `edit` opens the editor; in the history `text` and `blame` say how a version is shown. */
  readonly mode?: string | undefined
  /** Only what this actor did. */
  readonly actor?: string | undefined
  /** Only changes of this kind. */
  readonly kind?: string | undefined
}

const names = ['path', 'within', 'version', 'against', 'at', 'mode', 'actor', 'kind'] as const

export const storesLink = '/stores'
export const sessionsLink = '/sessions'

export function sessionLink(sessionId: string): string {
  return `${sessionsLink}/${encodeURIComponent(sessionId)}`
}

/** Where words are looked for: in one store, or in all. The words themselves stay out of it. */
export function searchPage(storeId?: string): string {
  return storeId === undefined ? '/search' : `${storesLink}/${encodeURIComponent(storeId)}/search`
}

/** The same with the words in it: for who asks for a link to hand on. */
export function searchLink(words: string, storeId?: string): string {
  return `${searchPage(storeId)}?query=${encodeReadable(words)}`
}

/** @param page a page of the store, like "history"; "" for its memories */
export function storeLink(storeId: string, place: StorePlace = {}, page = ''): string {
  const query = names.flatMap((name) => {
    const value = place[name]
    return value === undefined || value === '' ? [] : [`${name}=${encodeReadable(value)}`]
  })
  const path = `/stores/${encodeURIComponent(storeId)}${page === '' ? '' : `/${page}`}`
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

export function readPlace(search: string): StorePlace {
  const query = new URLSearchParams(search)
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? undefined]))
}

/** The sequence that an address names; undefined when it names none. */
export function readSeq(at: string | undefined): number | undefined {
  return at !== undefined && /^\d{1,15}$/.test(at) ? Number(at) : undefined
}

/** Slashes and colons need no encoding in a query, and people read addresses. */
function encodeReadable(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll('%2F', '/').replaceAll('%3A', ':')
}

/** The whole address, to hand to somebody. */
export function shareable(link: string): string {
  return `${location.origin}${base}${link}`
}
