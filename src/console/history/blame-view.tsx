import { useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireBlame } from '../../wire/blame.ts'
import { getBlame } from '../api/history.ts'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { formatCount, formatMoment, formatTime } from '../parts/figures.tsx'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { visible } from '../parts/visible-text.tsx'
import { ActorName } from '../session/actor-name.tsx'
import { firstLines, type BlameRange } from './sides.ts'

interface BlameViewProps {
  readonly storeId: string
  readonly versionId: string
}

const linesMax = 2_000

/** Every line with who wrote it and when; each leads to the version that brought it. */
export function BlameView({ storeId, versionId }: BlameViewProps) {
  const [max, setMax] = useState(linesMax)
  const { data, error, refetch } = useQuery({
    queryKey: ['blame', storeId, versionId],
    queryFn: ({ signal }) => getBlame(storeId, versionId, signal),
  })
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={8} label="Finding who wrote each line" />
  if (data.ranges.length === 0) return <p class="soft">It is empty.</p>
  const shown = firstLines(data.ranges, max)
  return (
    <>
      <div class="diff leaf" tabIndex={0} role="region" aria-label="Who wrote each line">
        <table class="blame">
          <colgroup>
            <col class="blame-col" />
            <col class="number-col" />
            <col />
          </colgroup>
          <thead class="unseen">
            <tr>
              <th scope="col">Who and when</th>
              <th scope="col">Line</th>
              <th scope="col">Text</th>
            </tr>
          </thead>
          {shown.pieces.map((range) => (
            <Range key={range.start_line} range={range} of={data} asked={versionId} />
          ))}
        </table>
      </div>
      {data.ranges.some((range) => range.memory_version_id === versionId) && (
        <p class="soft small blame-legend">
          <span class="blame-swatch" aria-hidden="true" /> Blue: written by the version that is
          shown.
        </p>
      )}
      {shown.left > 0 && (
        <p>
          <Action
            label={`Show more: ${formatCount(shown.left)} lines are left`}
            onClick={() => setMax(max + 5 * linesMax)}
          />
        </p>
      )}
    </>
  )
}

interface RangeProps {
  readonly range: BlameRange
  readonly of: WireBlame
  readonly asked: string
}

function Range({ range, of, asked }: RangeProps) {
  const { memory_version_id: version } = range
  const link = storeLink(of.memory_store_id, { path: of.path, version }, 'history')
  return (
    <tbody class={version === asked ? 'blame-range here' : 'blame-range'}>
      {range.lines.map((line, index) => (
        <tr key={index}>
          {index === 0 && (
            <th class="blame-who small" scope="rowgroup" rowSpan={range.lines.length}>
              <div class="blame-name">
                <Link href={link} title={`What this change did, ${formatTime(range.created_at)}`}>
                  <time class="number" dateTime={range.created_at}>
                    {formatMoment(range.created_at)}
                  </time>
                </Link>
                <span class="blame-change soft number">change {formatCount(range.seq)}</span>
                <ActorName actor={range.created_by} isLink />
              </div>
              {range.redacted && <span class="tag">or in a redacted version before</span>}
              {range.boundary && <span class="tag">or earlier</span>}
            </th>
          )}
          <td class="line-number">{range.start_line + index}</td>
          <td class="line-text">
            <bdi>{visible(line)}</bdi>
          </td>
        </tr>
      ))}
    </tbody>
  )
}
