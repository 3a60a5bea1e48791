// Numbers, times and sizes as people read them.
import { signal } from '@preact/signals'

const tickMs = 20_000
/** The present, now and then: "just now" does not stay true. */
const present = signal(Date.now())
setInterval(() => (present.value = Date.now()), tickMs)

const count = new Intl.NumberFormat('en')
const dateTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

export function formatCount(value: number): string {
  return count.format(value)
}

/** One memory, two memories. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${count.format(value)} ${value === 1 ? one : many}`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${count.format(bytes)} B`
  const units = ['kB', 'MB', 'GB'] as const
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1_000 ** power
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })} ${units[power - 1] ?? ''}`
}

const steps = [
  [60, 'second', 1],
  [3_600, 'minute', 60],
  [86_400, 'hour', 3_600],
  [86_400 * 30, 'day', 86_400],
  [86_400 * 365, 'month', 86_400 * 30],
] as const

/** "3 min. ago" */
export function formatAgo(time: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(time) - now) / 1_000)
  if (Math.abs(seconds) < 10) return 'just now'
  const step = steps.find(([limit]) => Math.abs(seconds) < limit)
  const [, unit, size] = step ?? [0, 'year', 86_400 * 365]
  return relative.format(Math.round(seconds / size), unit)
}

export function formatTime(time: string): string {
  return dateTime.format(new Date(time))
}

const shortTime = {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
} as const
const thisYear = new Intl.DateTimeFormat('en', shortTime)
const otherYear = new Intl.DateTimeFormat('en', { ...shortTime, year: 'numeric' })

/** To the second and short: the year stands only where it is another one. */
export function formatMoment(time: string, now = new Date()): string {
  const date = new Date(time)
  return (date.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(date)
}

/** How long ago; the exact time is one look away. */
export function Ago({ time }: { readonly time: string }) {
  return (
    <time class="number" dateTime={time} title={formatTime(time)}>
      {formatAgo(time, Math.max(present.value, Date.now()))}
    </time>
  )
}

interface MeterProps {
  readonly label: string
  readonly value: number
  readonly max: number
  readonly format?: (value: number) => string
}

/** How full something is; its colour warns before the limit does. */
export function Meter({ label, value, max, format = formatCount }: MeterProps) {
  const share = max === 0 ? 0 : Math.min(1, value / max)
  const level = share >= 0.95 ? 'full' : share >= 0.8 ? 'high' : 'fine'
  return (
    <div class={`meter ${level}`}>
      <span class="meter-label">{label}</span>
      <span class="number">
        {format(value)} <span class="soft">of {format(max)}</span>
      </span>
      <div
        class="meter-bar"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value}
        aria-valuetext={`${format(value)} of ${format(max)}`}
      >
        <div class="meter-fill" style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  )
}
