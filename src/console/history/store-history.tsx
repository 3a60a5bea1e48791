import { useInfiniteQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { useLocation, useParams, useSearch } from 'wouter-preact'
import type { WireLogEntry } from '../../wire/logged.ts'
import { listLog, type LogFilter } from '../api/history.ts'
import { readPlace, storeLink } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Action } from '../parts/action.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { Crumbs } from '../store/crumbs.tsx'
import { StoreHead } from '../store/store-head.tsx'
import { useStore } from '../stores/store-queries.ts'
import { EntryPane } from './entry-pane.tsx'
import { LogFilters } from './log-filters.tsx'
import { Timeline } from './timeline.tsx'

/** What happened in a store, or to one memory of it: who wrote what, and how to take it back. */
export function StoreHistory() {
  const { storeId = '' } = useParams<{ storeId: string }>()
  const { data: store } = useStore(storeId)
  const place = readPlace(useSearch())
  useTitle(place.path ?? 'History', store?.name ?? 'Store')
  return (
    <div class="store-page">
      <StoreHead store={store} />
      <History
        key={`${storeId} ${place.path}`}
        storeId={storeId}
        path={place.path}
        within={place.within}
        chosen={place.version}
        mode={place.mode}
      />
    </div>
  )
}

interface HistoryProps {
  readonly storeId: string
  readonly path: string | undefined
  readonly within: string | undefined
  /** A version: what it changed is shown. */
  readonly chosen: string | undefined
  readonly mode: string | undefined
}

function History({ storeId, path, within, chosen, mode }: HistoryProps) {
  const [, navigate] = useLocation()
  const [filter, setFilter] = useState<LogFilter>({ within })
  const wanted = path === undefined ? filter : { ...filter, path, within: undefined }
  const log = useInfiniteQuery({
    queryKey: ['log', storeId, wanted],
    queryFn: ({ pageParam, signal }) => listLog(storeId, wanted, { page: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
  })
  const entries = log.data?.pages.flatMap(({ data }) => data)
  const entry = entries?.find((one) => isChosen(one, chosen)) ?? entries?.[0]
  const choose = ({ memory_version_id: version }: WireLogEntry) =>
    navigate(storeLink(storeId, { path, within, version: version ?? undefined }, 'history'))
  return (
    <div class="history">
      <section class="history-list" aria-label="What happened">
        {path !== undefined && <Crumbs storeId={storeId} path={path} />}
        <LogFilters filter={filter} onChange={setFilter} isOfPath={path !== undefined} />
        {log.error !== null && <FailureNote error={log.error} onRetry={log.refetch} />}
        {entries === undefined && log.error === null && (
          <Waiting lines={10} label="Loading the history" />
        )}
        {entries?.length === 0 && <Empty icon="history" title="Nothing like this happened" />}
        {entries !== undefined && entries.length > 0 && (
          <Timeline
            entries={entries}
            chosen={entry}
            showsPath={path === undefined}
            onChoose={choose}
          />
        )}
        {log.hasNextPage && (
          <Action
            label="Show older"
            busy={log.isFetchingNextPage}
            onClick={() => log.fetchNextPage()}
          />
        )}
      </section>
      <section class="history-pane" aria-label="What changed">
        {entry !== undefined && (
          <EntryPane key={`${entry.seq}`} storeId={storeId} entry={entry} mode={mode} />
        )}
      </section>
    </div>
  )
}

function isChosen(entry: WireLogEntry, chosen: string | undefined): boolean {
  return chosen !== undefined && entry.memory_version_id === chosen && entry.kind !== 'redacted'
}
