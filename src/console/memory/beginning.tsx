import { useLocation } from 'wouter-preact'
import { storeLink } from '../frame/links.ts'
import { Crumbs } from '../store/crumbs.tsx'
import type { LiveStore } from '../store/live-store.ts'
import { directoryOf, type Row } from '../store/rows.ts'
import { draftOf, slotAt } from './drafts.ts'
import { Writing } from './writing.tsx'

interface BeginningProps {
  readonly live: LiveStore
  readonly path: string
  /** What somebody else made there meanwhile. */
  readonly row: Row | undefined
  readonly against: string | undefined
}

/** A memory that is being written for the first time: it is nowhere until it is saved. */
export function Beginning({ live, path, row, against }: BeginningProps) {
  const [, navigate] = useLocation()
  const leave = () => {
    const isBegun = draftOf(slotAt(live, path)) !== undefined || live.find(path) !== undefined
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
      <Writing live={live} path={path} row={row} against={against} onDone={leave} />
    </article>
  )
}
