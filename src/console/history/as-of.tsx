import { useInfiniteQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireMomentReport } from '../../wire/moment.ts'
import { listAsOf } from '../api/history.ts'
import { storeLink, type StorePlace } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { formatBytes } from '../parts/figures.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { directoryOf, nameOf } from '../store/rows.ts'
import { Erased, useErased } from './erased-then.tsx'
import { MemoryThen } from './memory-then.tsx'
import { PlanDialog, type PlanWay } from './plan-dialog.tsx'

interface AsOfProps {
  readonly moment: WireMomentReport
  readonly place: StorePlace
  readonly against: string | undefined
  /** Whether plans may be asked for. */
  readonly canPlan: boolean
}

interface Planned {
  readonly title: string
  readonly ways: readonly [PlanWay]
}

/** The directories and memories of a moment beside the one that was chosen. */
export function AsOf({ moment, place, against, canPlan }: AsOfProps) {
  const { memory_store_id: storeId, seq } = moment
  const { path } = place
  const [planned, setPlanned] = useState<Planned>()
  const within = place.within ?? (path === undefined ? '/' : directoryOf(path))
  const restore = (title: string, of: { path?: string; path_prefix?: string }) =>
    setPlanned({ title, ways: [{ undo: { type: 'restore', body: { at_seq: seq, ...of } } }] })
  return (
    <div class={path === undefined ? 'history' : 'history has-chosen'}>
      <section class="history-list" aria-label="Memories then">
        <Where storeId={storeId} within={within} at={seq} />
        {seq >= moment.head_seq && (
          <p class="soft small">
            This is the present, as{' '}
            <Link href={storeLink(storeId, { path, within })}>Memories</Link> shows it. Move the
            slider to look back.
          </p>
        )}
        <p>
          {within === '/' ? (
            <Action
              label="Restore the whole store to this moment…"
              icon="history"
              against={against}
              onClick={() => restore('Restore the whole store', {})}
            />
          ) : (
            <Action
              label="Restore this directory to this moment…"
              icon="history"
              against={against}
              onClick={() => restore('Restore this directory', { path_prefix: within })}
            />
          )}
        </p>
        <ListThen moment={moment} within={within} path={path} canPlan={canPlan} />
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
            canPlan={canPlan}
            onRestore={() => restore('Restore this memory', { path })}
          />
        )}
      </section>
      {planned !== undefined && (
        <PlanDialog storeId={storeId} {...planned} onClose={() => setPlanned(undefined)} />
      )}
    </div>
  )
}

interface WhereProps {
  readonly storeId: string
  readonly within: string
  readonly at: number
}

/** The directories above, each as of the same moment. */
function Where({ storeId, within, at }: WhereProps) {
  const names = within.split('/').slice(1, -1)
  return (
    <nav class="crumbs" aria-label="Where it is">
      <Link
        href={storeLink(storeId, { at: String(at) }, 'moment')}
        class="crumb-back"
        aria-label="The whole store then"
        aria-current={within === '/' ? 'page' : undefined}
      >
        <Icon name="tree" />
        {within === '/' && <h2>The whole store</h2>}
      </Link>
      {names.map((name, index) => {
        const directory = `/${names.slice(0, index + 1).join('/')}/`
        const link = storeLink(storeId, { within: directory, at: String(at) }, 'moment')
        return (
          <span key={directory} class="crumb">
            <span aria-hidden="true">/</span>
            <Link href={link} aria-current={directory === within ? 'page' : undefined}>
              <Foreign text={name} />
            </Link>
          </span>
        )
      })}
    </nav>
  )
}

interface ListProps {
  readonly moment: WireMomentReport
  readonly within: string
  readonly path: string | undefined
  readonly canPlan: boolean
}

function ListThen({ moment, within, path, canPlan }: ListProps) {
  const { memory_store_id: storeId, seq } = moment
  const erased = useErased({ moment, within, canPlan })
  const list = useInfiniteQuery({
    queryKey: ['as-of', storeId, 'list', seq, within],
    queryFn: ({ pageParam, signal }) => {
      const what = { seq, within: within === '/' ? undefined : within }
      return listAsOf(storeId, what, { page: pageParam, signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
    placeholderData: (before) => before,
  })
  if (list.error !== null) return <FailureNote error={list.error} onRetry={list.refetch} />
  if (list.data === undefined) return <Waiting lines={10} label="Loading the memories" />
  const items = list.data.pages.flatMap(({ data }) => data)
  const at = String(seq)
  return (
    <>
      <Erased erased={erased} within={within} />
      {items.length === 0 && erased.length === 0 && (
        <Empty
          icon="archive"
          title={within === '/' ? 'The store was empty' : 'Nothing was here then'}
        />
      )}
      {items.length > 0 && (
        <ul class="timeline leaf">
          {items.map((item) => {
            const isMemory = item.type === 'memory'
            const to = isMemory ? { path: item.path, at } : { within: item.path, at }
            return (
              <li key={item.path} class="as-of-line">
                <Icon name={isMemory ? 'file' : 'folder'} />
                <Link
                  href={storeLink(storeId, to, 'moment')}
                  class="cut"
                  aria-current={item.path === path ? 'true' : undefined}
                >
                  <Foreign text={nameOf(isMemory ? item.path : item.path.slice(0, -1))} />
                </Link>
                {isMemory && (
                  <span class="soft small number">{formatBytes(item.content_size_bytes)}</span>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {list.hasNextPage && (
        <Action
          label="Show more"
          busy={list.isFetchingNextPage}
          onClick={() => list.fetchNextPage()}
        />
      )}
    </>
  )
}
