import { useQuery, useQueryClient } from '@tanstack/preact-query'
import type { WireStore } from '../../wire/memory-store.ts'
import { readAnew } from '../api/anew.ts'
import { getStore, getUsage, listStores } from '../api/stores.ts'

export const storesKey = ['stores'] as const
export const storeKey = (id: string) => ['store', id] as const
export const usageKey = (id: string) => ['usage', id] as const

export const useStores = () =>
  useQuery({ queryKey: storesKey, queryFn: ({ signal }) => listStores(signal) })

export const useStore = (id: string) =>
  useQuery({ queryKey: storeKey(id), queryFn: ({ signal }) => getStore(id, signal) })

export const useUsage = (id: string) =>
  useQuery({ queryKey: usageKey(id), queryFn: ({ signal }) => getUsage(id, signal) })

/** Takes what the server answered into every list that shows it. */
export function useKeepStore(): (store: WireStore) => void {
  const client = useQueryClient()
  return (store) => {
    client.setQueryData(storeKey(store.id), store)
    // A list that was not read yet is not made up of this one.
    client.setQueryData<WireStore[]>(storesKey, (known) => {
      const isKnown = known?.some(({ id }) => id === store.id) ?? false
      if (isKnown) return known?.map((one) => (one.id === store.id ? store : one))
      return known && [store, ...known]
    })
    void readAnew(client, storesKey)
    void readAnew(client, storeKey(store.id))
  }
}

export function useForgetStore(): (id: string) => void {
  const client = useQueryClient()
  return (id) => {
    client.setQueryData<WireStore[]>(storesKey, (known) =>
      known?.filter((store) => store.id !== id),
    )
    void readAnew(client, storesKey)
  }
}
