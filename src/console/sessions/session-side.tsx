import { Link } from 'wouter-preact'
import type { WireResource, WireSession } from '../../wire/session.ts'
import type { WireVersion } from '../../wire/memory-version.ts'
import { storeLink } from '../frame/links.ts'
import { Ago, countOf, formatCount } from '../parts/figures.tsx'
import { FailureNote } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { useWrites } from './session-queries.ts'

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
        {data?.data.map((version) => (
          <Write key={version.id} version={version} />
        ))}
      </ul>
    </section>
  )
}

function Write({ version }: { readonly version: WireVersion }) {
  const { id, path, memory_store_id: storeId, operation } = version
  return (
    <li class="write">
      <span class={`tag ${operation}`}>{operation}</span>
      {path === null ? (
        <span class="soft">redacted</span>
      ) : (
        <Link class="cut" href={storeLink(storeId, { path, version: id }, 'history')}>
          <Foreign text={path} />
        </Link>
      )}
      <Ago time={version.created_at} />
    </li>
  )
}
