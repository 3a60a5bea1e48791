import type { Moment } from '../domain/history/moment.ts'
import { problemLine, type Problem } from './problems.ts'

export interface MountStatus {
  readonly storeId: string
  readonly isReadOnly: boolean
  /** The moment that the mount shows for good; undefined: it follows the store. */
  readonly asOf: Moment | undefined
  /** The sequence of the store that every read shows, or a newer one. */
  readonly appliedSeq: number
  readonly isConnected: boolean
  /** Milliseconds between looks at a server that has no feed; undefined: it has one. */
  readonly pollMs: number | undefined
  /** Why the server could not be reached the last time it was tried. */
  readonly outage: string | undefined
  readonly memories: number
  /** Finished writes that the server does not have yet. */
  readonly waiting: number
  /** Files kept back for a moment, and those that never become memories. */
  readonly held: readonly string[]
  readonly withheld: readonly string[]
  readonly problems: readonly Problem[]
}

/** The state of a mount in lines of "what: how", for people and for `.palimpsest/status`. */
export function statusText(status: MountStatus): string {
  const lines = [
    `store: ${status.storeId}${status.isReadOnly ? ' (read-only)' : ''}`,
    ...sequenceLines(status),
    `server: ${serverLine(status)}`,
    `memories: ${status.memories}`,
    `waiting: ${status.waiting}`,
    ...status.held.map((path) => `held: ${path}`),
    ...status.withheld.map((path) => `withheld: ${path}`),
    ...status.problems.map((problem) => `problem: ${problemLine(problem)}`),
  ]
  return `${lines.join('\n')}\n`
}

function sequenceLines({ asOf, pollMs, appliedSeq }: MountStatus): string[] {
  if (asOf !== undefined) return [`as of: ${momentText(asOf)}`]
  return pollMs === undefined ? [`sequence: ${appliedSeq}`] : []
}

/** `change 42 (2026-11-20T08:00:00.000Z)` */
export function momentText({ seq, at }: Moment): string {
  return at === undefined ? `change ${seq}` : `change ${seq} (${new Date(at).toISOString()})`
}

function serverLine({ outage, isConnected, pollMs }: MountStatus): string {
  if (outage !== undefined) return `out of reach (${outage})`
  if (pollMs === undefined || !isConnected) return isConnected ? 'connected' : 'connecting'
  return `asked for news every ${pollMs / 1_000} s (it has no change feed)`
}
