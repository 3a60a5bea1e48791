import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireLogEntry } from '../../wire/logged.ts'
import type { Undo } from '../api/history.ts'
import { storeLink } from '../frame/links.ts'
import { doorWords } from '../memory/memory-facts.tsx'
import { Action } from '../parts/action.tsx'
import { formatCount, formatTime } from '../parts/figures.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { reasonAgainst } from '../session/identity.ts'
import { ActorName, actorId } from './actor.tsx'
import { BlameView } from './blame-view.tsx'
import { PlanDialog } from './plan-dialog.tsx'
import { RedactDialog } from './redact-dialog.tsx'
import { EntryPath, kindWords } from './timeline.tsx'
import { VersionChange } from './version-change.tsx'

interface EntryPaneProps {
  readonly storeId: string
  readonly entry: WireLogEntry
  /** `blame` begins with who wrote each line. */
  readonly mode: string | undefined
}

type View = 'change' | 'text' | 'blame'

const viewNames = { change: 'What changed', text: 'Whole text', blame: 'Who wrote each line' }

/** One change: what it did, and what can be done about it. */
export function EntryPane({ storeId, entry, mode }: EntryPaneProps) {
  const [view, setView] = useState<View>(mode === 'blame' ? 'blame' : 'change')
  const { kind, memory_version_id: version } = entry
  const hasText = kind === 'created' || kind === 'modified'
  return (
    <article class="pane-body">
      <header class="pane-head">
        <h2>
          {kindWords(kind)} <EntryPath entry={entry} />
        </h2>
      </header>
      <p class="facts soft small">
        <span>{formatTime(entry.created_at)}</span>
        <span>
          by <ActorName actor={entry.created_by} />
          {doorWords(entry.door)}
        </span>
        <span class="number">change {formatCount(entry.seq)}</span>
        <code class="cut" title="The request that made it">
          {entry.request_id}
        </code>
      </p>
      <EntryActions storeId={storeId} entry={entry} />
      {hasText && version !== null && (
        <>
          <div class="views" role="group" aria-label="How it is shown">
            {(['change', 'text', 'blame'] as const).map((name) => (
              <Action
                key={name}
                label={viewNames[name]}
                kind="quiet"
                pressed={view === name}
                onClick={() => setView(name)}
              />
            ))}
          </div>
          {view === 'blame' ? (
            <BlameView storeId={storeId} versionId={version} />
          ) : (
            <VersionChange
              storeId={storeId}
              from={view === 'change' ? entry.previous_version_id : null}
              to={version}
            />
          )}
        </>
      )}
      {kind === 'deleted' && entry.previous_version_id !== null && version !== null && (
        <VersionChange storeId={storeId} from={entry.previous_version_id} to={version} />
      )}
      {kind === 'redacted' && <p class="soft">A version was erased: {version}</p>}
    </article>
  )
}

interface ActionsProps {
  readonly storeId: string
  readonly entry: WireLogEntry
}

function EntryActions({ storeId, entry }: ActionsProps) {
  const { data: store } = useStore(storeId)
  const [undo, setUndo] = useState<Undo>()
  const [isRedacting, setRedacting] = useState(false)
  const against = reasonAgainstWriting(store)
  const { kind, path, memory_version_id: version, previous_version_id: previous, seq } = entry
  const who = entry.created_by
  const isVersion = kind === 'created' || kind === 'modified'
  return (
    <div class="actions spread">
      {isVersion && version !== null && (
        <Action
          label="Restore this version"
          icon="history"
          against={against}
          onClick={() => setUndo({ type: 'restore', body: { version_id: version } })}
        />
      )}
      {previous !== null && kind !== 'redacted' && (
        <Action
          label="Undo this change"
          against={against}
          onClick={() => setUndo({ type: 'restore', body: { version_id: previous } })}
        />
      )}
      {who !== null && (
        <Action
          label={
            who.type === 'session_actor' ? 'Undo the whole session' : 'Undo all by this writer'
          }
          against={against}
          onClick={() => setUndo({ type: 'revert', body: { actor: actorId(who) } })}
        />
      )}
      <Link
        class="button plain"
        href={storeLink(storeId, { at: String(seq), path: path ?? undefined }, 'moment')}
      >
        The store as of then
      </Link>
      {isVersion && version !== null && (
        <Action
          label="Redact"
          kind="quiet"
          against={reasonAgainst('admin')}
          onClick={() => setRedacting(true)}
        />
      )}
      {undo !== undefined && (
        <PlanDialog storeId={storeId} undo={undo} onClose={() => setUndo(undefined)} />
      )}
      {isRedacting && version !== null && (
        <RedactDialog storeId={storeId} versionId={version} onClose={() => setRedacting(false)} />
      )}
    </div>
  )
}
