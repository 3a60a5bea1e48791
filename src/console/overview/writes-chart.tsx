import type { WireActivity } from '../../wire/activity.ts'
import { formatCount } from '../parts/figures.tsx'

type Day = WireActivity['days'][number]

const height = 120
const gap = 2
const kinds = ['created', 'modified', 'deleted'] as const

const dayName = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })

/** Writes by day, stacked by what they did; the same numbers stand in a table for who reads. */
export function WritesChart({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(sumOf))
  const top = roundUp(most)
  const width = 100 / Math.max(1, days.length)
  return (
    <figure class="chart">
      <div class="chart-field">
        <div class="chart-scale soft small number" aria-hidden="true">
          <span>{formatCount(top)}</span>
          {top > 1 && <span>{formatCount(top / 2)}</span>}
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 100 ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Writes by day, at most ${formatCount(most)}`}
        >
          {(top > 1 ? [0, height / 2] : [0]).map((y) => (
            <line key={y} class="chart-line" x1="0" x2="100" y1={y} y2={y} />
          ))}
          {days.map((day, index) => (
            <Column key={day.date} day={day} x={index * width} width={width} most={top} />
          ))}
        </svg>
      </div>
      <figcaption class="chart-foot soft small">
        <span>{nameOf(days[0])}</span>
        <span class="legend">
          {kinds.map((kind) => (
            <span key={kind} class={`key-of ${kind}`}>
              {kind}
            </span>
          ))}
        </span>
        <span>{nameOf(days.at(-1))}</span>
      </figcaption>
      <table class="unseen">
        <caption>Writes by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col">
                {kind}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              {kinds.map((kind) => (
                <td key={kind}>{day[kind]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** The end of the scale: a round number that holds the most, even where it can be halved. */
function roundUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  const round = [1, 2, 4, 6, 8, 10].map((step) => step * power).find((end) => end >= most)
  return round ?? most
}

interface ColumnProps {
  readonly day: Day
  readonly x: number
  readonly width: number
  readonly most: number
}

function Column({ day, x, width, most }: ColumnProps) {
  const scale = height / most
  const inset = Math.min(gap, width * 0.3) / 2
  let y = height
  return (
    <g>
      <title>{`${day.date}: ${kinds.map((kind) => `${day[kind]} ${kind}`).join(', ')}`}</title>
      {kinds.map((kind) => {
        const tall = day[kind] * scale
        y -= tall
        return (
          <rect
            key={kind}
            class={kind}
            x={x + inset}
            y={y}
            width={width - inset * 2}
            height={tall}
          />
        )
      })}
      {sumOf(day) === 0 && (
        <rect class="none" x={x + inset} y={height - 1} width={width - inset * 2} height={1} />
      )}
    </g>
  )
}

function sumOf(day: Day): number {
  return day.created + day.modified + day.deleted
}

function nameOf(day: Day | undefined): string {
  return day === undefined ? '' : dayName.format(new Date(`${day.date}T00:00:00Z`))
}
