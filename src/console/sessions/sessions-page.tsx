import { useState } from 'preact/hooks'
import { Link, useLocation, useSearchParams } from 'wouter-preact'
import type { WireSession } from '../../wire/session.ts'
import { useCommands } from '../frame/commands.ts'
import { sessionLink } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Action } from '../parts/action.tsx'
import { Ago, countOf } from '../parts/figures.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { reasonAgainst } from '../session/identity.ts'
import { useStores } from '../stores/store-queries.ts'
import { NewSession } from './new-session.tsx'
import { useSessions } from './session-queries.ts'

/** All sessions of the workspace, or those that a store is attached to. */
export function SessionsPage() {
  useTitle('Sessions')
  const [, navigate] = useLocation()
  const [search, setSearch] = useSearchParams()
  const [archived, setArchived] = useState(false)
  const [isCreating, setCreating] = useState(false)
  const storeId = search.get('store') ?? undefined
  const sessions = useSessions({ storeId, archived })
  const against = reasonAgainst('write')
  useCommands([{ name: 'New session', key: 'n', against, run: () => setCreating(true) }])
  const found = sessions.data?.pages.flatMap(({ data }) => data)
  return (
    <div class="column">
      <header class="page-head">
        <h1>Sessions</h1>
        <Action
          label="New session"
          icon="plus"
          kind="main"
          against={against}
          onClick={() => setCreating(true)}
        />
      </header>
      <div class="tools">
        <StoreFilter
          value={storeId}
          onChange={(id) => setSearch(id === undefined ? {} : { store: id })}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={archived}
            onChange={(event) => setArchived(event.currentTarget.checked)}
          />
          Show archived sessions
        </label>
      </div>
      {sessions.error !== null && <FailureNote error={sessions.error} onRetry={sessions.refetch} />}
      {found === undefined && sessions.error === null && (
        <Waiting lines={8} label="Loading the sessions" />
      )}
      {found !== undefined && <SessionList sessions={found} />}
      {sessions.hasNextPage && (
        <Action
          label="Show more"
          busy={sessions.isFetchingNextPage}
          onClick={() => sessions.fetchNextPage()}
        />
      )}
      {isCreating && (
        <NewSession
          storeId={storeId}
          onClose={() => setCreating(false)}
          onDone={({ id }) => navigate(sessionLink(id))}
        />
      )}
    </div>
  )
}

interface FilterProps {
  readonly value: string | undefined
  readonly onChange: (storeId: string | undefined) => void
}

function StoreFilter({ value, onChange }: FilterProps) {
  const { data = [] } = useStores()
  return (
    <label class="select">
      <span>Store</span>
      <select
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      >
        <option value="">Any</option>
        {data.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function SessionList({ sessions }: { readonly sessions: readonly WireSession[] }) {
  if (sessions.length === 0) {
    return (
      <Empty icon="chat" title="There is no session here">
        <p>In a session an agent talks, works, and reads and writes the stores attached to it.</p>
      </Empty>
    )
  }
  return (
    <>
      <p class="soft small" role="status">
        {countOf(sessions.length, 'session')} shown
      </p>
      <ul class="entries leaf">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </>
  )
}

function SessionRow({ session }: { readonly session: WireSession }) {
  const { id, title, agent, resources, status, archived_at: archivedAt } = session
  return (
    <li class="entry">
      <h2 class="cut">
        <Link href={sessionLink(id)}>
          <Foreign text={title ?? id} />
        </Link>
      </h2>
      <p class="soft small row-facts">
        <SessionStatus status={archivedAt === null ? status : 'archived'} />
        <span>
          <Foreign text={agent.name} />, version {agent.version}
        </span>
        {resources.map((store) => (
          <span key={store.memory_store_id} class="tag">
            <Foreign text={store.name} />
            {store.access === 'read_only' && ', read only'}
          </span>
        ))}
        <span>
          last active <Ago time={session.updated_at} />
        </span>
      </p>
    </li>
  )
}

export function SessionStatus({ status }: { readonly status: string }) {
  return <span class={`tag status-${status}`}>{status}</span>
}
