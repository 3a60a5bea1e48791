import { useParams } from 'wouter-preact'
import { isGone } from '../api/failure.ts'
import { useTitle } from '../frame/title.ts'
import { NoStore } from '../store/no-store.tsx'
import { StoreHead } from '../store/store-head.tsx'
import { useStore } from '../stores/store-queries.ts'
import { Search } from './search.tsx'

/** Words in the texts of all stores. */
export function SearchPage() {
  useTitle('Search all stores')
  return (
    <div class="column">
      <header class="page-head">
        <h1>Search all stores</h1>
      </header>
      <Search storeId={undefined} />
    </div>
  )
}

/** Words in the texts of one store. */
export function StoreSearchPage() {
  const { storeId } = useParams<{ storeId: string }>()
  const { data: store, error } = useStore(storeId)
  useTitle('Search', store?.name ?? 'Store')
  if (isGone(error)) return <NoStore />
  return (
    <div class="store-page">
      <StoreHead storeId={storeId} store={store} />
      <div class="search-frame">
        <div class="column">
          <Search key={storeId} storeId={storeId} />
        </div>
      </div>
    </div>
  )
}
