import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireStore } from '../../wire/memory-store.ts'
import { storeLink } from '../frame/links.ts'
import { Ago, countOf, formatBytes, Meter } from '../parts/figures.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { StoreActions } from './store-actions.tsx'
import { useUsage } from './store-queries.ts'

/** One store of the list: what it is, how full it is, what can be done. */
export function StoreRow({ store }: { readonly store: WireStore }) {
  const [isGone, setGone] = useState(false)
  if (isGone) return null
  return (
    <li class={store.archived_at === null ? 'store leaf' : 'store leaf archived'}>
      <div class="store-text">
        <h2 class="cut">
          <Link href={storeLink(store.id)}>
            <Foreign text={store.name} />
          </Link>
          {store.archived_at !== null && <span class="tag">archived</span>}
        </h2>
        <p class="store-description soft">
          {store.description === '' ? 'No description' : <Foreign text={store.description} />}
        </p>
        <p class="store-facts soft small">
          <StoreHolds id={store.id} />
          <span>
            made <Ago time={store.created_at} />
          </span>
          {Object.entries(store.metadata).map(([key, value]) => (
            <span key={key} class="tag">
              <Foreign text={`${key}: ${value}`} />
            </span>
          ))}
        </p>
      </div>
      <StoreWarning id={store.id} />
      <StoreActions store={store} onDeleted={() => setGone(true)} />
    </li>
  )
}

/** What it holds, in two figures; as wide before they are known. */
function StoreHolds({ id }: { readonly id: string }) {
  const { data } = useUsage(id)
  if (data === undefined) return <span class="store-holds" />
  return (
    <span class="store-holds number">
      {countOf(data.memories, 'memory', 'memories')}, {formatBytes(data.content_size_bytes)}
    </span>
  )
}

/** From here on the limits of a store are worth a look. */
const highShare = 0.8

function StoreWarning({ id }: { readonly id: string }) {
  const { data } = useUsage(id)
  if (data === undefined) return null
  const shares = [
    data.memories / data.memories_max,
    data.content_size_bytes / data.content_size_bytes_max,
  ]
  return shares.some((share) => share >= highShare) ? <StoreFill id={id} /> : null
}

interface StoreFillProps {
  readonly id: string
  /** What it holds, where that is known better than by asking. */
  readonly held?: { readonly memories: number; readonly bytes: number } | undefined
}

/** How full a store is. */
export function StoreFill({ id, held }: StoreFillProps) {
  const { data } = useUsage(id)
  const memories = held?.memories ?? data?.memories ?? 0
  const bytes = held?.bytes ?? data?.content_size_bytes ?? 0
  const [memoriesMax, bytesMax] = [data?.memories_max ?? 0, data?.content_size_bytes_max ?? 0]
  return (
    <div class={data === undefined ? 'store-fill pending' : 'store-fill'}>
      <Meter label="Memories" value={memories} max={memoriesMax} />
      <Meter label="Content" value={bytes} max={bytesMax} format={formatBytes} />
    </div>
  )
}
