import { useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireMemory } from '../../wire/memory.ts'
import type { WireMomentReport } from '../../wire/moment.ts'
import { isGone } from '../api/failure.ts'
import { diffSince, getAsOf } from '../api/history.ts'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { formatBytes, formatTime } from '../parts/figures.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { Foreign, VisibleText } from '../parts/visible-text.tsx'
import { directoryOf } from '../store/rows.ts'
import { useErased } from './erased-then.tsx'
import { FileChange } from './version-change.tsx'

interface MemoryThenProps {
  readonly moment: WireMomentReport
  readonly path: string
  readonly against: string | undefined
  /** Whether plans may be asked for. */
  readonly canPlan: boolean
  readonly onRestore: () => void
}

/** What one memory said at a moment, and what became of it. */
export function MemoryThen({ moment, path, against, canPlan, onRestore }: MemoryThenProps) {
  const { memory_store_id: storeId, seq } = moment
  const [isSince, setSince] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['as-of', storeId, 'memory', seq, path],
    queryFn: ({ signal }) => getAsOf(storeId, { path, seq }, signal),
    placeholderData: (before) => before,
  })
  const back = (
    <Link class="narrow-only" href={storeLink(storeId, { at: String(seq) }, 'moment')}>
      All memories then
    </Link>
  )
  if (isGone(error)) {
    return (
      <>
        {back}
        <Absent moment={moment} path={path} canPlan={canPlan} />
      </>
    )
  }
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={9} label="Loading the memory" />
  return (
    <article class="pane-body then">
      {back}
      <header class="pane-head">
        <h2 class="entry-title">
          <Foreign text={data.path} />
        </h2>
      </header>
      <p class="facts soft small">
        <span>written {formatTime(data.updated_at)}</span>
        <span class="number">{formatBytes(data.content_size_bytes)}</span>
      </p>
      <div class="actions spread">
        <Action label="Restore this memory…" icon="history" against={against} onClick={onRestore} />
        <Link
          class="button plain"
          href={storeLink(storeId, { path, version: data.memory_version_id }, 'history')}
        >
          Its history
        </Link>
      </div>
      <div class="views" role="group" aria-label="How it is shown">
        <Action
          label="What it said"
          kind="quiet"
          pressed={!isSince}
          onClick={() => setSince(false)}
        />
        <Action
          label="What changed since"
          kind="quiet"
          pressed={isSince}
          onClick={() => setSince(true)}
        />
      </div>
      {isSince ? <Since storeId={storeId} path={path} seq={seq} /> : <TextThen memory={data} />}
    </article>
  )
}

/** Nothing was there, or what was there is erased. */
function Absent({ moment, path, canPlan }: Omit<MemoryThenProps, 'against' | 'onRestore'>) {
  const erased = useErased({ moment, within: directoryOf(path), canPlan })
  const isErased = erased.some((one) => one.path === path)
  return (
    <Empty
      icon="file"
      title={
        isErased ? (
          'What it said then is erased'
        ) : (
          <>
            Nothing was at <Foreign text={path} /> then
          </>
        )
      }
    >
      <Link href={storeLink(moment.memory_store_id, { path }, 'history')}>Its history</Link>
    </Empty>
  )
}

function TextThen({ memory: { content } }: { readonly memory: WireMemory }) {
  if (content === '') return <p class="soft">It was empty.</p>
  return (
    <pre class="letters leaf" tabIndex={0} dir="auto" aria-label="Text of the memory then">
      <VisibleText text={content ?? ''} />
    </pre>
  )
}

interface SinceProps {
  readonly storeId: string
  readonly path: string
  readonly seq: number
}

function Since({ storeId, path, seq }: SinceProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['since', storeId, path, seq],
    queryFn: ({ signal }) => diffSince(storeId, { path, seq }, signal),
  })
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={8} label="Comparing" />
  return <FileChange file={data.files[0]} />
}
