import type { Spread } from './statistic.ts'

/** One number that a scenario found, and what it is held to. */
export interface Finding {
  readonly name: string
  readonly value: number
  readonly unit: 'ratio' | 'ms' | 'µs' | 's' | 'kB' | 'MB' | 'count' | 'per second'
  readonly goal?: Goal | undefined
  readonly spread?: Spread | undefined
  /** What a reader has to know to trust it. */
  readonly note?: string | undefined
}

export interface Goal {
  /** The value that has to be reached, and the one that would be better still. */
  readonly atLeast?: number
  readonly atMost?: number
  readonly aim?: number
}

/** A ratio of two medians' rounds, as a finding. */
export function ratio(name: string, spread: Spread, goal?: Goal, note?: string): Finding {
  return { name, value: spread.median, unit: 'ratio', goal, spread, note }
}

export function isReached({ value, goal }: Finding): boolean | undefined {
  if (goal === undefined) return undefined
  return value >= (goal.atLeast ?? -Infinity) && value <= (goal.atMost ?? Infinity)
}

/** One line for people. */
export function describe(finding: Finding): string {
  const { name, value, unit, goal, spread, note } = finding
  const reached = isReached(finding)
  const mark = reached === undefined ? ' ' : reached ? '+' : '-'
  const range =
    spread && spread.rounds > 1 ? ` (${spread.min} to ${spread.max}, ${spread.rounds} rounds)` : ''
  const wanted = [
    ...(goal?.atLeast === undefined ? [] : [`at least ${goal.atLeast}`]),
    ...(goal?.atMost === undefined ? [] : [`at most ${goal.atMost}`]),
    ...(goal?.aim === undefined ? [] : [`aim ${goal.aim}`]),
  ].join(', ')
  const parts = [`${mark} ${name}: ${value} ${unit}${range}`, wanted, note ?? '']
  return parts.filter((part) => part !== '').join('; ')
}

/** What a scenario hands back: findings for people, and the rounds they came from. */
export interface Result {
  readonly findings: readonly Finding[]
  readonly data: unknown
}
