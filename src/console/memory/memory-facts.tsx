import { useQuery } from '@tanstack/preact-query'
import { Link } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import type { WireChange } from '../../wire/change.ts'
import { getVersion } from '../api/history.ts'
import { storeLink } from '../frame/links.ts'
import { ActorName } from '../session/actor-name.tsx'
import { Ago, formatBytes } from '../parts/figures.tsx'
import type { Row } from '../store/rows.ts'

interface MemoryFactsProps {
  readonly storeId: string
  readonly row: Row
  /** The change that made it what it is, when it was seen. */
  readonly change: WireChange | undefined
}

/** Who wrote it, when, and how much it is. */
export function MemoryFacts({ storeId, row, change }: MemoryFactsProps) {
  const { data: version } = useQuery({
    queryKey: ['version', row.versionId],
    queryFn: ({ signal }) => getVersion(storeId, row.versionId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const isNew = change?.memory_version_id === row.versionId
  return (
    <p class="facts soft small" role={isNew ? 'status' : undefined}>
      <span>
        <Ago time={row.updatedAt} /> by <ActorName actor={version?.created_by} isLink />
        {isNew && change !== undefined && doorWords(change.door, change.created_by)}
      </span>
      <span class="number">{formatBytes(row.sizeBytes)}</span>
      <Link
        href={storeLink(storeId, { path: row.path, version: row.versionId }, 'history')}
        title={`Version ${row.versionId}. SHA-256 of the text: ${row.sha256}`}
      >
        what it changed
      </Link>
      {isNew && <span class="tag fresh">changed while you look</span>}
    </p>
  )
}

/** The way in, where who came does not say it already. */
export function doorWords(door: WireChange['door'], by: WireActor | null): string {
  const isClear = door === 'http' || (door === 'agent' && by?.type === 'session_actor')
  return isClear ? '' : ` through ${door}`
}
