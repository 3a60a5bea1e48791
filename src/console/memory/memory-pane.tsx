import { useQuery } from '@tanstack/preact-query'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import type { WireMemory } from '../../wire/memory.ts'
import { isGone } from '../api/failure.ts'
import { getMemory } from '../api/memories.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink, type StorePlace } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Action } from '../parts/action.tsx'
import { Empty, FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { Crumbs } from '../store/crumbs.tsx'
import type { LiveStore } from '../store/live-store.ts'
import { problemOf } from '../store/new-path.ts'
import type { Row } from '../store/rows.ts'
import { nameOf } from '../store/rows.ts'
import { storeIsLoading } from '../stores/store-actions.tsx'
import { Beginning } from './beginning.tsx'
import { draftOf, slotAt } from './drafts.ts'
import { MemoryActions } from './memory-actions.tsx'
import { MemoryFacts } from './memory-facts.tsx'
import { Reading } from './reading.tsx'
import { WriteBack } from './write-back.tsx'
import { Writing } from './writing.tsx'

interface MemoryPaneProps {
  readonly live: LiveStore
  readonly path: string
  /** Undefined when nothing lives at the path. */
  readonly row: Row | undefined
  readonly place: StorePlace
  readonly against: string | undefined
}

/** One memory: read first, written when somebody asks. */
export function MemoryPane({ live, path, row, place, against }: MemoryPaneProps) {
  const [, navigate] = useLocation()
  const [last, setLast] = useState<WireMemory>()
  useTitle(nameOf(path))
  const query = useQuery({
    queryKey: ['memory', live.storeId, row?.id, row?.versionId],
    queryFn: ({ signal }) => getMemory(live.storeId, row?.id ?? '', signal),
    enabled: row !== undefined,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { error, refetch } = query
  // What was read stays when what others saved since cannot be.
  const data = query.data ?? (last?.id === row?.id ? last : undefined)
  useEffect(() => {
    if (data !== undefined) setLast(data)
  }, [data])
  // Nothing that others do takes an editor away from whoever is typing.
  const isOpen = useRef(false)
  const isBegun = draftOf(slotAt(live, path, row?.id)) !== undefined
  const isAsked = place.mode === 'edit' || (place.mode === 'new' && isBegun)
  const mayWrite = against === undefined || isOpen.current || isBegun
  const isWriting = isAsked && data !== undefined && mayWrite
  const show = (mode?: string) =>
    navigate(storeLink(live.storeId, { path: row?.path ?? path, mode }))
  useCommands([{ name: 'Edit this memory', key: 'e', against, run: () => show('edit') }])
  isOpen.current = isWriting && row !== undefined
  const isNew = place.mode === 'new' && row === undefined && last === undefined
  if (useKept(isNew && live.isComplete.value && mayWrite)) {
    return <Beginning live={live} path={path} row={row} against={against} />
  }
  if (row === undefined) {
    return <Absent live={live} path={path} last={last} against={against} />
  }
  return (
    <article class="pane-body">
      <header class="pane-head">
        <Crumbs storeId={live.storeId} path={row.path} />
        {!isWriting && (
          <MemoryActions live={live} row={row} against={against} onEdit={() => show('edit')} />
        )}
      </header>
      <MemoryFacts storeId={live.storeId} row={row} change={live.recent.value.get(row.id)} />
      {isBegun && !isWriting && (
        <Note kind="info" icon="history">
          You began to write here. <Action label="Go on writing" onClick={() => show('edit')} />
        </Note>
      )}
      {error !== null && !isGone(error) && <FailureNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && <Waiting lines={9} label="Loading the memory" />}
      {data !== undefined &&
        (isWriting ? (
          <Writing
            live={live}
            path={row.path}
            memory={data}
            row={row}
            against={against}
            onDone={() => show()}
          />
        ) : (
          <Reading live={live} memory={data} />
        ))}
    </article>
  )
}

/** True from when it first was. */
function useKept(isNow: boolean): boolean {
  const was = useRef(false)
  was.current ||= isNow
  return was.current
}

interface AbsentProps {
  readonly live: LiveStore
  readonly path: string
  /** What stood here a moment ago. */
  readonly last: WireMemory | undefined
  readonly against: string | undefined
}

function Absent({ live, path, last, against }: AbsentProps) {
  if (!live.isComplete.value || (last === undefined && against === storeIsLoading)) {
    return <Waiting lines={9} label="Looking for the memory" />
  }
  if (last === undefined) return <Nothing live={live} path={path} against={against} />
  const slot = slotAt(live, path, last.id)
  const draft = draftOf(slot)
  const said = draft === undefined ? last : { ...last, content: draft.text }
  return (
    <div class="pane-body">
      <Crumbs storeId={live.storeId} path={path} />
      <Note kind="warn" icon="alert">
        {draft === undefined
          ? 'This memory was deleted. Below is what it said.'
          : 'This memory was deleted while you wrote. Below is your text.'}
      </Note>
      <WriteBack
        live={live}
        path={path}
        content={said.content ?? ''}
        slot={slot}
        against={against}
      />
      <Reading live={live} memory={said} />
    </div>
  )
}

function Nothing({ live, path, against }: Omit<AbsentProps, 'last'>) {
  const [, navigate] = useLocation()
  const isBegun = draftOf(slotAt(live, path)) !== undefined
  const problem = problemOf(path, live.rows.value)
  return (
    <div class="pane-body">
      <Crumbs storeId={live.storeId} path={path} />
      <Empty icon="file" title="Nothing is at this path">
        <p>
          {isBegun
            ? 'You began to write here; your text is kept as a draft until you close the tab.'
            : 'It was renamed or deleted, or the link is not right.'}
        </p>
        <Action
          label={isBegun ? 'Go on writing' : 'Write a memory here'}
          against={isBegun ? undefined : (against ?? problem)}
          onClick={() => navigate(storeLink(live.storeId, { path, mode: 'new' }))}
        />
      </Empty>
    </div>
  )
}
