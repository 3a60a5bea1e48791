import { useEffect, useState } from 'preact/hooks'
import { useParams } from 'wouter-preact'
import { isGone } from '../api/failure.ts'
import { useTitle } from '../frame/title.ts'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { useStore } from '../stores/store-queries.ts'
import { LiveStore } from './live-store.ts'
import { Memories } from './memories.tsx'
import { NoStore } from './no-store.tsx'
import { StoreHead } from './store-head.tsx'

/** One store: its memories, kept as they are while people look. */
export function StorePage() {
  const { storeId } = useParams<{ storeId: string }>()
  return <OneStore key={storeId} storeId={storeId} />
}

function OneStore({ storeId }: { readonly storeId: string }) {
  const { data: store, error, refetch } = useStore(storeId)
  const [live] = useState(() => new LiveStore(storeId))
  useTitle(store?.name ?? 'Store')
  useEffect(() => {
    void live.open()
    return () => live.close()
  }, [live])
  useEffect(() => {
    if (live.storeChanges.value > 0) void refetch()
  }, [live.storeChanges.value])
  if (isGone(error) || isGone(live.error.value) || live.isDeleted.value) return <NoStore />
  return (
    <div class="store-page">
      <StoreHead storeId={storeId} store={store} live={live} />
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {live.error.value !== undefined && (
        <FailureNote error={live.error.value} onRetry={() => live.open()} />
      )}
      {live.isComplete.value || live.rows.value.length > 0 ? (
        <Memories store={store} live={live} />
      ) : (
        live.error.value === undefined && (
          <div class="column">
            <Waiting lines={12} label="Loading the memories" />
          </div>
        )
      )}
    </div>
  )
}
