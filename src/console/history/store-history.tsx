import { useParams } from 'wouter-preact'
import { isGone } from '../api/failure.ts'
import { usePlace } from '../frame/place.ts'
import { useTitle } from '../frame/title.ts'
import { NoStore } from '../store/no-store.tsx'
import { StoreHead } from '../store/store-head.tsx'
import { useStore } from '../stores/store-queries.ts'
import { History } from './history.tsx'

/** What happened in a store, or to one memory of it: who wrote what, and how to take it back. */
export function StoreHistory() {
  const { storeId } = useParams<{ storeId: string }>()
  const { data: store, error } = useStore(storeId)
  const place = usePlace()
  useTitle(place.path ?? 'History', store?.name ?? 'Store')
  if (isGone(error)) return <NoStore />
  return (
    <div class="store-page">
      <StoreHead storeId={storeId} store={store} />
      <History key={`${storeId} ${place.path}`} storeId={storeId} place={place} />
    </div>
  )
}
