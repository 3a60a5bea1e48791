import { useLocation } from 'wouter-preact'
import { storeLink } from '../frame/links.ts'
import { Crumbs } from '../store/crumbs.tsx'
import type { LiveStore } from '../store/live-store.ts'
import { directoryOf } from '../store/rows.ts'
import { draftOf, slotOfNew } from './drafts.ts'
import { Writing } from './writing.tsx'

interface BeginningProps {
  readonly live: LiveStore
  readonly path: string
}

/** A memory that is being written for the first time: it is nowhere until it is saved. */
export function Beginning({ live, path }: BeginningProps) {
  const [, navigate] = useLocation()
  const leave = () => {
    const isBegun =
      draftOf(slotOfNew(live.storeId, path)) !== undefined || live.find(path) !== undefined
    navigate(storeLink(live.storeId, isBegun ? { path } : { within: directoryOf(path) }), {
      replace: true,
    })
  }
  return (
    <article class="pane-body">
      <header class="pane-head">
        <Crumbs storeId={live.storeId} path={path} />
      </header>
      <p class="facts soft small">
        <span>Not saved yet: nobody else sees it.</span>
      </p>
      <Writing live={live} path={path} onDone={leave} />
    </article>
  )
}
