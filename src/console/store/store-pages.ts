interface StorePageEntry {
  /** Behind the store's address; "" for its memories. */
  readonly page: string
  readonly label: string
  /** Whether it goes on with the memory or directory that is looked at. */
  readonly keepsPlace: boolean
}

/** The pages of a store, in the order of their links. A new one also gets its line in the frame. */
export const storePages: readonly StorePageEntry[] = [
  { page: '', label: 'Memories', keepsPlace: true },
  { page: 'history', label: 'History', keepsPlace: true },
  { page: 'moment', label: 'As it was', keepsPlace: true },
  { page: 'search', label: 'Search', keepsPlace: false },
]
