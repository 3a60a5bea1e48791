import { UsageError, type Arguments, type Option } from './command.ts'

/** A moment as the Api takes it: a time, or a sequence of the store. */
export interface CliMoment {
  readonly at?: number
  readonly atSeq?: number
}

export const atOption: Option = {
  name: 'at',
  value: 'MOMENT',
  help: 'As it was then: a time (2026-11-20T08:00:00Z), how long ago (-2h, -3d) or a sequence (42)',
}

/** For commands that read the present when `--at` is not given. */
export function readAt(args: Arguments): CliMoment | undefined {
  const text = args.text('at')
  return text === undefined ? undefined : parseMoment(text, '--at')
}

/** A flag that is a time and nothing else. */
export function readTime(args: Arguments, name: string): number | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  const moment = parseMoment(text, `--${name}`)
  if (moment.at !== undefined) return moment.at
  throw new UsageError(`--${name} must be a time or how long ago, like -2h`)
}

const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * A time with its offset, or else by the clock of this machine; `-2h` and the like; or a sequence.
 * @throws UsageError
 */
export function parseMoment(text: string, flag: string, now = Date.now()): CliMoment {
  if (/^\d{1,15}$/.test(text)) return { atSeq: Number(text) }
  const ago = /^-(\d{1,9})([smhdw])$/.exec(text)
  if (ago) return { at: now - Number(ago[1]) * (units[ago[2] ?? 's'] ?? 0) }
  if (text === 'now') return { at: now }
  if (text === 'yesterday') return { at: now - 86_400_000 }
  const at = parseCalendar(text)
  if (at !== undefined) return { at }
  throw new UsageError(
    `${flag} must be a time (2026-11-20T08:00:00Z), how long ago (-30m, -2h, -3d, yesterday) or a sequence (42), not "${text}"`,
  )
}

const calendar =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(Z|[+-]\d{2}:\d{2})?$/i

function parseCalendar(text: string): number | undefined {
  const match = calendar.exec(text)
  if (match === null) return undefined
  const [, year, month, day, clock = '00:00', offset = ''] = match
  const at = Date.parse(`${year}-${month}-${day}T${clock}${offset.toUpperCase()}`)
  // JavaScript takes 30 February for 2 March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate()
  return Number.isNaN(at) || isDay !== Number(day) ? undefined : at
}
