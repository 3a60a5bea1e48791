import { useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireResource, WireSession } from '../../wire/session.ts'
import type { WireVersion } from '../../wire/memory-version.ts'
import { readAnew } from '../api/anew.ts'
import { storeLink } from '../frame/links.ts'
import { PlanDialog } from '../history/plan-dialog.tsx'
import { Action } from '../parts/action.tsx'
import { Ago, countOf, formatCount } from '../parts/figures.tsx'
import { FailureNote } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { useWrites } from './session-queries.ts'
import { useLeftOver } from './undone.ts'

interface SideProps {
  readonly session: WireSession
  /** Grows with the log: writes are looked for again. */
  readonly seen: number
}

/** What the session is, and what it wrote. */
export function SessionSide({ session, seen }: SideProps) {
  const { agent, usage, resources } = session
  return (
    <aside class="session-side" aria-label="About the session">
      <dl class="facts">
        <dt>Agent</dt>
        <dd>
          <Foreign text={agent.name} /> <span class="soft">version {agent.version}</span>
        </dd>
        <dt>Started</dt>
        <dd>
          <Ago time={session.created_at} />
        </dd>
        <dt>Tokens</dt>
        <dd class="number">
          {formatCount(usage.input_tokens)} in, {formatCount(usage.output_tokens)} out
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{session.id}</code>
        </dd>
      </dl>
      <h2>Memory</h2>
      {resources.length === 0 && <p class="soft">No store is attached.</p>}
      {resources.map((store) => (
        <Writes key={store.memory_store_id} sessionId={session.id} store={store} seen={seen} />
      ))}
    </aside>
  )
}

interface WritesProps {
  readonly sessionId: string
  readonly store: WireResource
  readonly seen: number
}

/** What the session wrote in one store, each write leading to its version. */
function Writes({ sessionId, store, seen }: WritesProps) {
  const { memory_store_id: storeId, access } = store
  const { data, error } = useWrites(sessionId, storeId, seen)
  const writes = data?.data ?? []
  const left = useLeftOver({ sessionId, storeId }, writes[0]?.id)
  return (
    <section class="writes">
      <h3>
        <Link href={storeLink(storeId)}>
          <Foreign text={store.name} />
        </Link>{' '}
        <span class="soft small">{access === 'read_only' ? 'reads only' : 'reads and writes'}</span>
      </h3>
      {error !== null && <FailureNote error={error} />}
      {data !== undefined && (
        <p class="soft small">
          {data.data.length === 0 ? 'Nothing written.' : countOf(data.data.length, 'write')}
          {data.next_page !== null && ', and more'}
        </p>
      )}
      <ul>
        {writes.map((version) => (
          <Write
            key={version.id}
            version={version}
            isUndone={left !== undefined && !left.has(version.memory_id)}
          />
        ))}
      </ul>
      {writes.length > 0 && (
        <TakeBack sessionId={sessionId} storeId={storeId} isDone={left?.size === 0} />
      )}
    </section>
  )
}

interface TakeBackProps {
  readonly sessionId: string
  readonly storeId: string
  /** Whether nothing of it is left. */
  readonly isDone: boolean
}

/** Everything that the session wrote in a store; what others wrote stays. */
function TakeBack({ sessionId, storeId, isDone }: TakeBackProps) {
  const [isOpen, setOpen] = useState(false)
  const { data: store } = useStore(storeId)
  const client = useQueryClient()
  const refresh = () =>
    ['writes', 'left-over'].forEach((key) => void readAnew(client, [key, sessionId, storeId]))
  return (
    <>
      <Action
        label="Undo what it wrote in this store…"
        icon="history"
        against={reasonAgainstWriting(store) ?? (isDone ? 'Nothing of it is left.' : undefined)}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <PlanDialog
          storeId={storeId}
          title="Undo what the session wrote"
          by={{ type: 'session_actor', session_id: sessionId }}
          ways={[{ undo: { type: 'revert', body: { actor: sessionId } } }]}
          onClose={() => setOpen(false)}
          onDone={refresh}
        />
      )}
    </>
  )
}

interface WriteProps {
  readonly version: WireVersion
  /** Whether nothing is left in the memory of what the session wrote there. */
  readonly isUndone: boolean
}

function Write({ version, isUndone }: WriteProps) {
  const { id, path, memory_store_id: storeId, operation } = version
  return (
    <li class="write">
      <span class={`tag ${operation}`}>{operation}</span>
      {path === null ? (
        <span class="soft">redacted</span>
      ) : (
        <Link class="write-path" href={storeLink(storeId, { path, version: id }, 'history')}>
          <Foreign text={path} />
        </Link>
      )}
      {isUndone && (
        <span class="tag" title="Nothing is left in this memory of what the session wrote there.">
          undone
        </span>
      )}
      <Ago time={version.created_at} />
    </li>
  )
}
