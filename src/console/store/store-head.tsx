import { Link, useLocation } from 'wouter-preact'
import type { WireStore } from '../../wire/memory-store.ts'
import { storeLink, storesLink } from '../frame/links.ts'
import { usePlace } from '../frame/place.ts'
import { Icon } from '../parts/icon.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { StoreActions } from '../stores/store-actions.tsx'
import { storePages } from './store-pages.ts'
import type { LiveStore } from './live-store.ts'

interface StoreHeadProps {
  readonly storeId: string
  /** Undefined while it is loaded. */
  readonly store: WireStore | undefined
  /** Absent on pages that do not follow the store. */
  readonly live?: LiveStore
}

/** What every page of a store begins with: its name, its pages, what can be done with it. */
export function StoreHead({ storeId, store, live }: StoreHeadProps) {
  const [location, navigate] = useLocation()
  const { path, within } = usePlace()
  return (
    <header class="store-head">
      <Link href={storesLink} class="back" aria-label="All stores">
        <Icon name="back" />
      </Link>
      <h1 class="cut">
        {store === undefined ? <span class="soft">…</span> : <Foreign text={store.name} />}
      </h1>
      {store !== undefined && store.archived_at !== null && <span class="tag">archived</span>}
      {live !== undefined && <FeedLight live={live} />}
      {store !== undefined && <StoreActions store={store} onDeleted={() => navigate(storesLink)} />}
      <span class="bar-space" />
      {storePages.length > 1 && (
        <nav class="bar-nav" aria-label="Pages of the store">
          {storePages.map(({ page, label, keepsPlace }) => {
            const isHere = location === storeLink(storeId, {}, page)
            // Where one is already, the link leads to the whole store.
            const place = keepsPlace && !isHere ? { path, within } : {}
            return (
              <Link
                key={page}
                href={storeLink(storeId, place, page)}
                class="nav-link"
                aria-current={isHere ? 'page' : undefined}
              >
                {label}
              </Link>
            )
          })}
        </nav>
      )}
    </header>
  )
}

const feedWords = {
  connecting: ['', 'Connecting'],
  live: ['live', 'Changes by others appear as they happen'],
  broken: ['broken', 'Changes by others are not seen until the connection is back'],
} as const

function FeedLight({ live }: { readonly live: LiveStore }) {
  const [kind, title] = feedWords[live.feed.value]
  return (
    <span class={`feed ${kind}`} role="status" title={title}>
      {kind === 'live' ? 'Live' : kind === 'broken' ? 'Reconnecting…' : ''}
    </span>
  )
}
