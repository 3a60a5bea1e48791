import type { EnvironmentId, SessionId, WorkId, WorkspaceId } from '../ids.ts'
import type { Metadata } from '../memory/store.ts'

export const workStates = ['queued', 'starting', 'active', 'stopping', 'stopped'] as const
export type WorkState = (typeof workStates)[number]

/** Seconds that a worker is told; it beats twice as often and bears an outage of this length. */
export const defaultTtlSeconds = 20

/** A worker's claim on a session. Times are milliseconds since 1970, heartbeats microseconds. */
export interface WorkItem {
  readonly id: WorkId
  readonly workspaceId: WorkspaceId
  readonly environmentId: EnvironmentId
  readonly sessionId: SessionId
  readonly state: WorkState
  readonly metadata: Metadata
  readonly createdAt: number
  /** Not handed out before. */
  readonly notBefore: number
  /** When it was last handed out by a poll. */
  readonly handedOutAt: number | undefined
  readonly acknowledgedAt: number | undefined
  /** Microseconds. */
  readonly heartbeatAt: number | undefined
  readonly stopRequestedAt: number | undefined
  readonly stoppedAt: number | undefined
  /** When the worker was asked to save its memory and end, because the session came to rest. */
  readonly releasedAt: number | undefined
  /** Results that were posted while it lived. */
  readonly results: number
  /** The SHA-256 of the sessions token in force; undefined before the first poll. */
  readonly tokenSha256: string | undefined
}

/** What a worker hears when it says that it lives. */
export interface Heartbeat {
  readonly state: WorkState
  readonly leaseExtended: boolean
  /** Microseconds; undefined when it never beat. */
  readonly lastHeartbeat: number | undefined
  readonly ttlSeconds: number
}
