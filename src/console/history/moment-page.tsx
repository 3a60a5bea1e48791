import { useInfiniteQuery, useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link, useLocation, useParams, useSearch } from 'wouter-preact'
import type { WireMomentReport } from '../../wire/moment.ts'
import { getAsOf, getMoment, listAsOf, type Undo } from '../api/history.ts'
import { isGone } from '../api/failure.ts'
import { readPlace, storeLink } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Action } from '../parts/action.tsx'
import { formatBytes, formatCount, formatTime } from '../parts/figures.tsx'
import { Empty, FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { Foreign, VisibleText } from '../parts/visible-text.tsx'
import { StoreHead } from '../store/store-head.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { PlanDialog } from './plan-dialog.tsx'
import { Slider } from './slider.tsx'

/** A store as it was: move through time, read, and bring it back. */
export function MomentPage() {
  const { storeId = '' } = useParams<{ storeId: string }>()
  const [, navigate] = useLocation()
  const { at, path } = readPlace(useSearch())
  const { data: store } = useStore(storeId)
  const seq = at === undefined || !/^\d{1,15}$/.test(at) ? undefined : Number(at)
  useTitle('As it was', store?.name ?? 'Store')
  const {
    data: moment,
    error,
    refetch,
  } = useQuery({
    queryKey: ['moment', storeId, seq],
    queryFn: ({ signal }) => getMoment(storeId, seq, signal),
    placeholderData: (before) => before,
  })
  const go = (to: number) =>
    navigate(storeLink(storeId, { path, at: String(to) }, 'moment'), { replace: true })
  return (
    <div class="store-page">
      <StoreHead store={store} />
      <div class="history-frame">
        {error !== null && <FailureNote error={error} onRetry={refetch} />}
        {moment === undefined && error === null && <Waiting lines={3} label="Loading the moment" />}
        {moment !== undefined && (
          <>
            <Slider moment={moment} onMove={go} />
            {moment.is_complete ? (
              <AsOf
                key={moment.seq}
                moment={moment}
                path={path}
                against={reasonAgainstWriting(store)}
              />
            ) : (
              <Note kind="warn" icon="alert">
                Retention has removed part of what was here. From change{' '}
                {formatCount(moment.history_from)} on everything can be read.
              </Note>
            )}
          </>
        )}
      </div>
    </div>
  )
}

interface AsOfProps {
  readonly moment: WireMomentReport
  readonly path: string | undefined
  readonly against: string | undefined
}

function AsOf({ moment, path, against }: AsOfProps) {
  const { memory_store_id: storeId, seq } = moment
  const [undo, setUndo] = useState<Undo>()
  const list = useInfiniteQuery({
    queryKey: ['as-of', storeId, 'list', seq],
    queryFn: ({ pageParam, signal }) => listAsOf(storeId, seq, { page: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
  })
  const memories = list.data?.pages
    .flatMap(({ data }) => data)
    .flatMap((item) => (item.type === 'memory' ? [item] : []))
  return (
    <div class="history">
      <section class="history-list" aria-label="Memories then">
        <Action
          label="Restore the whole store to this moment"
          icon="history"
          against={against}
          onClick={() => setUndo({ type: 'restore', body: { at_seq: seq } })}
        />
        {list.error !== null && <FailureNote error={list.error} onRetry={list.refetch} />}
        {memories === undefined && list.error === null && (
          <Waiting lines={10} label="Loading the memories" />
        )}
        {memories?.length === 0 && <Empty icon="archive" title="The store was empty" />}
        <ul class="timeline leaf">
          {memories?.map((memory) => (
            <li key={memory.id} class="as-of-line">
              <Link
                href={storeLink(storeId, { path: memory.path, at: String(seq) }, 'moment')}
                class="cut"
                aria-current={memory.path === path ? 'true' : undefined}
                replace
              >
                <Foreign text={memory.path} />
              </Link>
              <span class="soft small number">{formatBytes(memory.content_size_bytes)}</span>
            </li>
          ))}
        </ul>
        {list.hasNextPage && (
          <Action
            label="Show more"
            busy={list.isFetchingNextPage}
            onClick={() => list.fetchNextPage()}
          />
        )}
      </section>
      <section class="history-pane" aria-label="One memory then">
        {path === undefined ? (
          <Empty icon="file" title="Choose a memory to read what it said" />
        ) : (
          <MemoryThen
            key={path}
            moment={moment}
            path={path}
            against={against}
            onRestore={() => setUndo({ type: 'restore', body: { at_seq: seq, path } })}
          />
        )}
      </section>
      {undo !== undefined && (
        <PlanDialog storeId={storeId} undo={undo} onClose={() => setUndo(undefined)} />
      )}
    </div>
  )
}

interface MemoryThenProps {
  readonly moment: WireMomentReport
  readonly path: string
  readonly against: string | undefined
  readonly onRestore: () => void
}

function MemoryThen({ moment, path, against, onRestore }: MemoryThenProps) {
  const { memory_store_id: storeId, seq } = moment
  const { data, error, refetch } = useQuery({
    queryKey: ['as-of', storeId, 'memory', seq, path],
    queryFn: ({ signal }) => getAsOf(storeId, path, seq, signal),
  })
  if (isGone(error)) return <Empty icon="file" title="Nothing was at this path then" />
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={9} label="Loading the memory" />
  return (
    <article class="pane-body">
      <header class="pane-head">
        <h2 class="cut">
          <Foreign text={data.path} />
        </h2>
      </header>
      <p class="facts soft small">
        <span>as of {formatTime(data.updated_at)}</span>
        <span class="number">{formatBytes(data.content_size_bytes)}</span>
      </p>
      <div class="actions spread">
        <Action label="Restore this memory" icon="history" against={against} onClick={onRestore} />
        <Link
          class="button plain"
          href={storeLink(storeId, { path, version: data.memory_version_id }, 'history')}
        >
          Its history
        </Link>
      </div>
      <pre class="letters leaf" tabIndex={0} dir="auto" aria-label="Text of the memory then">
        <VisibleText text={data.content ?? ''} />
      </pre>
    </article>
  )
}
