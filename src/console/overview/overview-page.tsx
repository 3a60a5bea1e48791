import { useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireActivity } from '../../wire/activity.ts'
import { getActivity } from '../api/admin.ts'
import { storeLink } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Choice } from '../parts/choice.tsx'
import { countOf, formatBytes, formatCount, Meter } from '../parts/figures.tsx'
import { Empty, FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { ActorName } from '../session/actor-name.tsx'
import { WritesChart } from './writes-chart.tsx'

const spans = [
  { value: '7', label: '7 days' },
  { value: '14', label: '14 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
] as const

/** What happens in the workspace: how much is written, where, by whom, and what is nearly full. */
export function OverviewPage() {
  useTitle('Overview')
  const [days, setDays] = useState<(typeof spans)[number]['value']>('14')
  const { data, error, refetch } = useQuery({
    queryKey: ['activity', days],
    queryFn: ({ signal }) => getActivity(Number(days), signal),
    placeholderData: (before) => before,
    refetchInterval: 30_000,
  })
  return (
    <div class="column">
      <header class="page-head">
        <h1>Overview</h1>
        <Choice label="Look back" value={days} options={spans} onChange={setDays} />
      </header>
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && <Waiting lines={12} label="Counting writes" />}
      {data !== undefined && <Overview activity={data} />}
    </div>
  )
}

function Overview({ activity }: { readonly activity: WireActivity }) {
  const { days, writers, stores, stores_seen: storesSeen } = activity
  const writes = days.reduce((sum, day) => sum + day.created + day.modified + day.deleted, 0)
  return (
    <>
      {!activity.is_complete && (
        <Note kind="info" icon="help">
          There is more than could be counted at once: only the newest{' '}
          {countOf(storesSeen, 'store')} are in these figures.
        </Note>
      )}
      <section class="leaf panel">
        <h2>{countOf(writes, 'write')}</h2>
        <WritesChart days={days} />
      </section>
      <div class="panels">
        <section class="leaf panel">
          <h2>Stores by writes</h2>
          {writes === 0 && <p class="soft">Nothing was written.</p>}
          <Bars
            rows={stores
              .filter((store) => store.writes > 0)
              .slice(0, 10)
              .map((store) => ({
                key: store.memory_store.id,
                value: store.writes,
                label: (
                  <Link href={storeLink(store.memory_store.id)}>
                    <Foreign text={store.memory_store.name} />
                  </Link>
                ),
              }))}
          />
        </section>
        <section class="leaf panel">
          <h2>Who writes</h2>
          {writers.length === 0 && <p class="soft">Nobody wrote.</p>}
          <Bars
            rows={writers.slice(0, 10).map(({ actor, writes: value }) => ({
              key: JSON.stringify(actor),
              value,
              label: <ActorName actor={actor} isLink />,
            }))}
          />
        </section>
        <NearlyFull stores={stores.filter(({ fill }) => fill >= nearlyFull)} />
      </div>
    </>
  )
}

const nearlyFull = 0.8

function NearlyFull({ stores }: { readonly stores: WireActivity['stores'] }) {
  return (
    <section class="leaf panel">
      <h2>Nearly full</h2>
      {stores.length === 0 && (
        <Empty icon="check" title="No store is near a limit">
          <p class="small">A store shows up here from 80 % of a limit on.</p>
        </Empty>
      )}
      {stores.map(({ memory_store: store, usage }) => (
        <div key={store.id} class="near">
          <h3>
            <Link href={storeLink(store.id)}>
              <Foreign text={store.name} />
            </Link>
          </h3>
          <Meter label="Memories" value={usage.memories} max={usage.memories_max} />
          <Meter
            label="Content"
            value={usage.content_size_bytes}
            max={usage.content_size_bytes_max}
            format={formatBytes}
          />
          <Meter label="Versions" value={usage.versions} max={usage.versions_max} />
        </div>
      ))}
    </section>
  )
}

interface BarsProps {
  readonly rows: readonly {
    readonly key: string
    readonly label: preact.ComponentChildren
    readonly value: number
  }[]
}

/** Numbers as lengths, with the number beside each. */
function Bars({ rows }: BarsProps) {
  const most = Math.max(1, ...rows.map(({ value }) => value))
  return (
    <ol class="bars">
      {rows.map(({ key, label, value }) => (
        <li key={key}>
          <span class="cut">{label}</span>
          <span class="number">{formatCount(value)}</span>
          <span class="bar-line" style={{ inlineSize: `${(value / most) * 100}%` }} />
        </li>
      ))}
    </ol>
  )
}
