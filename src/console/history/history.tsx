import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/preact-query'
import { useMemo, useRef } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import type { WireLogEntry } from '../../wire/logged.ts'
import { readAnew } from '../api/anew.ts'
import { Failure } from '../api/failure.ts'
import { findEntry, findMemoryId, isWanted, listLog } from '../api/history.ts'
import { useCommands } from '../frame/commands.ts'
import { readSeq, storeLink, type StorePlace } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { actorId } from '../session/actor-name.tsx'
import { Crumbs } from '../store/crumbs.tsx'
import { deedsOf } from './deeds.ts'
import { EntryPane } from './entry-pane.tsx'
import { useFollow } from './follow.ts'
import { LogFilters } from './log-filters.tsx'
import { Timeline } from './timeline.tsx'

interface HistoryProps {
  readonly storeId: string
  readonly place: StorePlace
}

/** The timeline beside what was chosen in it; on a narrow screen one after the other. */
export function History({ storeId, place }: HistoryProps) {
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const { path, within, actor, kind } = place
  const log = useLog(storeId, place)
  const { entries } = log
  const { entry, error: lost } = useChosen(storeId, place, entries)
  const writers = useWriters(entries)
  useFollow(storeId, () => readAnew(client, ['log', storeId]))
  const go = (to: StorePlace, replace = false) =>
    navigate(storeLink(storeId, { path, within, actor, kind, ...to }, 'history'), { replace })
  const choose = ({ seq }: WireLogEntry) => go({ at: String(seq), mode: place.mode })
  const step = (by: number) => {
    const at = entries?.findIndex(({ seq }) => seq === entry?.seq) ?? -1
    const next = entries?.[at + by]
    if (next !== undefined) choose(next)
  }
  useCommands([
    { name: 'Older change', key: 'j', run: () => step(1) },
    { name: 'Newer change', key: 'k', run: () => step(-1) },
  ])
  const isChosen = place.version !== undefined || place.at !== undefined || place.mode !== undefined
  return (
    <div class={isChosen ? 'history has-chosen' : 'history'}>
      <section class="history-list" aria-label="What happened">
        {path !== undefined && <Above storeId={storeId} path={path} />}
        <LogFilters
          filter={place}
          writers={writers}
          isOfPath={path !== undefined}
          onChange={(filter) =>
            navigate(storeLink(storeId, { path, ...pickFilter(filter) }, 'history'), {
              replace: true,
            })
          }
        />
        {log.error !== null && <FailureNote error={log.error} onRetry={log.refetch} />}
        {entries === undefined && log.error === null && (
          <Waiting lines={10} label="Loading the history" />
        )}
        {entries?.length === 0 && <Empty icon="history" title="Nothing like this happened" />}
        {entries !== undefined && entries.length > 0 && (
          <Timeline entries={entries} chosen={entry} of={path} onChoose={choose} />
        )}
        {log.hasNextPage && (
          <Action label="Show older" busy={log.isFetchingNextPage} onClick={log.fetchNextPage} />
        )}
      </section>
      <section class="history-pane" aria-label="What changed">
        <AllChanges href={storeLink(storeId, { path, within, actor, kind }, 'history')} />
        {lost !== null && <FailureNote error={lost} />}
        {entry !== undefined && (
          <EntryPane
            key={entry.seq}
            storeId={storeId}
            entry={entry}
            deed={deedsOf(entries ?? []).get(entry.seq)}
            mode={place.mode}
            against={place.against}
            onShow={(how) => go({ at: String(entry.seq), ...how }, true)}
            onWritten={(version) => go({ version })}
          />
        )}
      </section>
    </div>
  )
}

/** Where the memory is, and the way to what happened around it. */
function Above({ storeId, path }: { readonly storeId: string; readonly path: string }) {
  return (
    <>
      <Crumbs storeId={storeId} path={path} />
      <p class="small">
        <Link href={storeLink(storeId, {}, 'history')}>History of the whole store</Link>
      </p>
    </>
  )
}

/** The way back to the list, where there is room for one of both. */
function AllChanges({ href }: { readonly href: string }) {
  return (
    <Link class="narrow-only all-changes" href={href}>
      All changes
    </Link>
  )
}

function pickFilter({ within, actor, kind }: StorePlace): StorePlace {
  return { within, actor, kind }
}

/** By its id a memory is followed through renames, and erased versions are not left out. */
function useLog(storeId: string, { path, within, actor, kind }: StorePlace) {
  const found = useQuery({
    queryKey: ['memory-id', storeId, path],
    queryFn: async ({ signal }) => (await findMemoryId(storeId, path ?? '', signal)) ?? null,
    enabled: path !== undefined,
  })
  const memoryId = found.data ?? undefined
  const ofPath = memoryId === undefined ? { path } : { memoryId }
  const filter = path === undefined ? { within, actor, kind } : { ...ofPath, actor, kind }
  const log = useInfiniteQuery({
    queryKey: ['log', storeId, filter],
    queryFn: ({ pageParam, signal }) => listLog(storeId, filter, { page: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
    enabled: path === undefined || found.data !== undefined,
  })
  const { data } = log
  // The same array until something is read: what is made of it is made once.
  const entries = useMemo(() => data?.pages.flatMap((page) => page.data), [data])
  return {
    entries,
    error: found.error ?? log.error,
    refetch: () => (found.error === null ? log.refetch() : found.refetch()),
    hasNextPage: log.hasNextPage,
    isFetchingNextPage: log.isFetchingNextPage,
    fetchNextPage: () => log.fetchNextPage(),
  }
}

/**
 * The entry that the address names, also one far back; else the first that was there when somebody
 * came: what others write meanwhile does not take it away.
 */
function useChosen(
  storeId: string,
  { version, at, within, actor, kind }: StorePlace,
  entries: readonly WireLogEntry[] | undefined,
) {
  const wanted = { version, seq: readSeq(at) }
  const isAsked = version !== undefined || wanted.seq !== undefined
  const listed = isAsked ? entries?.find((entry) => isWanted(entry, wanted)) : undefined
  const { data, error } = useQuery({
    queryKey: ['entry', storeId, wanted],
    queryFn: async ({ signal }) => (await findEntry(storeId, wanted, signal)) ?? null,
    enabled: isAsked && entries !== undefined && listed === undefined,
  })
  const first = useRef({ filter: '', seq: 0 })
  const filter = [within, actor, kind].join('\n')
  const [newest] = entries ?? []
  if (newest !== undefined && (first.current.filter !== filter || first.current.seq === 0)) {
    first.current = { filter, seq: newest.seq }
  }
  if (isAsked) {
    const isLost = data === null || (error instanceof Failure && error.status === 400)
    return { entry: listed ?? data ?? undefined, error: isLost ? gone : error }
  }
  const held = entries?.find(({ seq }) => seq === first.current.seq)
  return { entry: held ?? newest, error: null }
}

const gone = new Error('There is no such change, or it is no longer kept.')

/** Grows with what was seen: choosing one writer does not hide the others from the choice. */
function useWriters(entries: readonly WireLogEntry[] | undefined): readonly WireActor[] {
  const seen = useRef(new Map<string, WireActor>())
  for (const { created_by: who } of entries ?? []) {
    if (who !== null) seen.current.set(actorId(who), who)
  }
  return [...seen.current.values()]
}
