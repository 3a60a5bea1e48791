import { useQuery } from '@tanstack/preact-query'
import { Link } from 'wouter-preact'
import type { WireBlame } from '../../wire/blame.ts'
import { getBlame } from '../api/history.ts'
import { storeLink } from '../frame/links.ts'
import { Ago } from '../parts/figures.tsx'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { VisibleText } from '../parts/visible-text.tsx'
import { ActorName } from './actor.tsx'

interface BlameViewProps {
  readonly storeId: string
  readonly versionId: string
}

/** Every line with who wrote it and when; each leads to the version that brought it. */
export function BlameView({ storeId, versionId }: BlameViewProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['blame', storeId, versionId],
    queryFn: ({ signal }) => getBlame(storeId, versionId, signal),
  })
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={8} label="Finding who wrote each line" />
  if (data.ranges.length === 0) return <p class="soft">It is empty.</p>
  return (
    <div class="diff leaf" tabIndex={0} role="region" aria-label="Who wrote each line">
      <table class="blame">
        <thead class="unseen">
          <tr>
            <th scope="col">Who and when</th>
            <th scope="col">Line</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        {data.ranges.map((range) => (
          <Range key={range.start_line} range={range} storeId={storeId} path={data.path} />
        ))}
      </table>
    </div>
  )
}

interface RangeProps {
  readonly range: WireBlame['ranges'][number]
  readonly storeId: string
  readonly path: string
}

function Range({ range, storeId, path }: RangeProps) {
  const link = storeLink(storeId, { path, version: range.memory_version_id }, 'history')
  return (
    <tbody class="blame-range">
      {range.lines.map((line, index) => (
        <tr key={index}>
          {index === 0 && (
            <th class="blame-who small" scope="rowgroup" rowSpan={range.lines.length}>
              <Link href={link}>
                <Ago time={range.created_at} />
              </Link>{' '}
              <ActorName actor={range.created_by} />
              {range.redacted && <span class="tag">or in a redacted version before</span>}
              {range.boundary && <span class="tag">or earlier</span>}
            </th>
          )}
          <td class="line-number">{range.start_line + index}</td>
          <td class="line-text" dir="auto">
            <VisibleText text={line} />
          </td>
        </tr>
      ))}
    </tbody>
  )
}
