import { useSearch } from 'wouter-preact/use-browser-location'
import { readPlace, type StorePlace } from './links.ts'

/**
 * What of a store the address names. It reads the address as the browser has it: the router's own
 * `useSearch` decodes before the query is taken apart, which no path with "%" or "#" survives.
 */
export function usePlace(): StorePlace {
  return readPlace(useSearch())
}
