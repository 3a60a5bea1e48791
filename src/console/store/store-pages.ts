interface StorePageEntry {
  /** Behind the store's address; "" for its memories. */
  readonly page: string
  readonly label: string
}

/** The pages of a store, in the order of their links. A new one also gets its line in the frame. */
export const storePages: readonly StorePageEntry[] = [
  { page: '', label: 'Memories' },
  { page: 'history', label: 'History' },
  { page: 'moment', label: 'As it was' },
  { page: 'search', label: 'Search' },
]
