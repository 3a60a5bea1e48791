import { useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireLogEntry } from '../../wire/logged.ts'
import { findErasure } from '../api/history.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink } from '../frame/links.ts'
import { doorWords } from '../memory/memory-facts.tsx'
import { Action } from '../parts/action.tsx'
import { formatCount, formatTime } from '../parts/figures.tsx'
import { Note } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { ActorName } from '../session/actor-name.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { BlameView } from './blame-view.tsx'
import { CompareChoice } from './compare-choice.tsx'
import type { Deed } from './deeds.ts'
import { EntryActions } from './entry-actions.tsx'
import { HunkDialog } from './hunk-dialog.tsx'
import type { Hunk } from './sides.ts'
import { DeedTag, EntryPath, isText } from './timeline.tsx'
import { VersionChange } from './version-change.tsx'

interface EntryPaneProps {
  readonly storeId: string
  readonly entry: WireLogEntry
  readonly deed: Deed | undefined
  /** `text` or `blame`; anything else is what changed. */
  readonly mode: string | undefined
  /** The version it is compared with, where that is not the one before. */
  readonly against: string | undefined
  readonly onShow: (how: { mode?: string | undefined; against?: string | undefined }) => void
  readonly onWritten: (versionId: string) => void
}

const views = [
  [undefined, 'What changed'],
  ['text', 'Whole text'],
  ['blame', 'Who wrote each line'],
] as const

/** One change: what it did, and what can be done about it. */
export function EntryPane(props: EntryPaneProps) {
  const { storeId, entry, deed, mode, against, onShow, onWritten } = props
  const { memory_version_id: version } = entry
  const hasText = isText(entry)
  const view = hasText ? (views.find(([name]) => name === mode)?.[0] ?? undefined) : undefined
  useCommands(
    hasText
      ? [
          { name: 'What changed', key: 'v', run: () => onShow({}) },
          { name: 'Who wrote each line', key: 'b', run: () => onShow({ mode: 'blame' }) },
        ]
      : [],
  )
  return (
    <article class="pane-body">
      <header class="pane-head">
        <h2 class="entry-title">
          <DeedTag entry={entry} deed={deed} /> <EntryPath entry={entry} />
        </h2>
      </header>
      <EntryFacts entry={entry} deed={deed} />
      <EntryActions storeId={storeId} entry={entry} onWritten={onWritten} />
      {hasText && version !== null && (
        <div class="entry-views">
          <div class="views" role="group" aria-label="How it is shown">
            {views.map(([name, label]) => (
              <Action
                key={label}
                label={label}
                kind="quiet"
                pressed={view === name}
                onClick={() => onShow({ mode: name })}
              />
            ))}
          </div>
          {view === undefined && (
            <CompareChoice
              storeId={storeId}
              entry={entry}
              against={against}
              onChange={(other) => onShow({ against: other })}
            />
          )}
        </div>
      )}
      <EntryText
        storeId={storeId}
        entry={entry}
        view={view}
        against={against}
        onWritten={onWritten}
      />
    </article>
  )
}

function EntryFacts({ entry, deed }: Pick<EntryPaneProps, 'entry' | 'deed'>) {
  return (
    <p class="facts soft small">
      <span>{formatTime(entry.created_at)}</span>
      <span>
        by <ActorName actor={entry.created_by} isLink />
        {doorWords(entry.door, entry.created_by)}
      </span>
      <span class="number">change {formatCount(entry.seq)}</span>
      {deed?.again !== undefined && (
        <span class="number">
          {deed.undoes !== undefined && `change ${formatCount(deed.undoes)} is undone: `}
          the text of change {formatCount(deed.again)} again
        </span>
      )}
      <code class="cut" title="The request that made it">
        {entry.request_id}
      </code>
    </p>
  )
}

interface TextProps {
  readonly storeId: string
  readonly entry: WireLogEntry
  readonly view: 'text' | 'blame' | undefined
  readonly against: string | undefined
  readonly onWritten: (versionId: string) => void
}

function EntryText({ storeId, entry, view, against, onWritten }: TextProps) {
  const { kind, memory_version_id: version, previous_version_id: previous } = entry
  if (kind === 'redacted') return <Redacted storeId={storeId} entry={entry} />
  if (version === null) {
    return <p class="soft">The store itself changed: its name, description, metadata or state.</p>
  }
  if (entry.path === null) return <Unreadable storeId={storeId} version={version} />
  if (view === 'blame') return <BlameView storeId={storeId} versionId={version} />
  if (view === 'text') return <VersionChange storeId={storeId} from={null} to={version} />
  const other = against ?? previous
  // The order of version ids is that of their creation: what is older stands on the left.
  const [from, to] = other !== null && other > version ? [version, other] : [other, version]
  if (kind === 'deleted' && from === null) return <p class="soft">What it said is not kept.</p>
  if (kind !== 'modified' || against !== undefined) {
    return <VersionChange storeId={storeId} from={from} to={to} />
  }
  return <OwnChange storeId={storeId} entry={entry} from={from} to={to} onWritten={onWritten} />
}

interface OwnProps extends Pick<TextProps, 'storeId' | 'entry' | 'onWritten'> {
  readonly from: string | null
  readonly to: string
}

/** What a change did, each of its places with a way to take it out. */
function OwnChange({ storeId, entry, from, to, onWritten }: OwnProps) {
  const { data: store } = useStore(storeId)
  const [hunk, setHunk] = useState<Hunk>()
  const against = reasonAgainstWriting(store)
  const undo = (place: Hunk) => (
    <p class="hunk-action">
      <Action
        label="Undo these lines…"
        kind="quiet"
        against={against}
        onClick={() => setHunk(place)}
      />
    </p>
  )
  return (
    <>
      <VersionChange storeId={storeId} from={from} to={to} actionOf={undo} />
      {hunk !== undefined && (
        <HunkDialog
          storeId={storeId}
          memoryId={entry.memory_id ?? ''}
          versionId={to}
          hunk={hunk}
          onClose={() => setHunk(undefined)}
          onWritten={onWritten}
        />
      )}
    </>
  )
}

/** What was erased since, by whom, and why. */
function Unreadable({ storeId, version }: { readonly storeId: string; readonly version: string }) {
  const { data: erasure } = useQuery({
    queryKey: ['erasure', storeId, version],
    queryFn: async ({ signal }) => (await findErasure(storeId, version, signal)) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Note kind="info" icon="alert">
      This version was redacted: nobody can read it any more.
      {erasure && (
        <>
          <p class="entry-erased">
            Erased by <ActorName actor={erasure.created_by} isLink />,{' '}
            <Link href={storeLink(storeId, { at: String(erasure.seq) }, 'history')}>
              {formatTime(erasure.created_at)}
            </Link>
          </p>
          {erasure.reason !== undefined && <Reason text={erasure.reason} />}
        </>
      )}
    </Note>
  )
}

function Reason({ text }: { readonly text: string }) {
  return (
    <p class="entry-reason">
      Reason: <Foreign text={text} />
    </p>
  )
}

function Redacted({ storeId, entry }: { readonly storeId: string; readonly entry: WireLogEntry }) {
  const { memory_version_id: version, path, reason } = entry
  return (
    <Note kind="info" icon="alert">
      The text of a version was erased for good.{' '}
      {version !== null && (
        <Link href={storeLink(storeId, { path: path ?? undefined, version }, 'history')}>
          When that was written
        </Link>
      )}
      {reason !== undefined && <Reason text={reason} />}
    </Note>
  )
}
