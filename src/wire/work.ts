import type { HandedWork, WorkStats } from '../api/sessions.ts'
import type { EnvironmentId, SessionId, WorkId, WorkspaceId } from '../domain/ids.ts'
import type { Heartbeat, WorkItem } from '../domain/session/work.ts'
import { expectObject } from './json.ts'
import { count, literal, object, orNull, string, time, type Schema } from './schema.ts'
import {
  decodeMicrosecondsOrUndefined,
  decodeTime,
  decodeTimeOrUndefined,
  encodeMicroseconds,
  encodeTime,
  encodeTimeOrNull,
} from './timestamp.ts'

export interface WireWork {
  id: string
  acknowledged_at: string | null
  actor: null
  created_at: string
  data: { id: string; type: 'session' }
  environment_id: string
  latest_heartbeat_at: string | null
  metadata: Record<string, string>
  secret: string | null
  started_at: string
  state: WorkItem['state']
  stop_requested_at: string | null
  stopped_at: string | null
  type: 'work'
}

export function encodeWork(item: WorkItem): WireWork {
  const { heartbeatAt } = item
  return {
    id: item.id,
    type: 'work',
    environment_id: item.environmentId,
    data: { type: 'session', id: item.sessionId },
    state: item.state,
    secret: null,
    actor: null,
    metadata: item.metadata,
    created_at: encodeTime(item.createdAt),
    started_at: encodeTime(item.createdAt),
    acknowledged_at: encodeTimeOrNull(item.acknowledgedAt),
    latest_heartbeat_at: heartbeatAt === undefined ? null : encodeMicroseconds(heartbeatAt),
    stop_requested_at: encodeTimeOrNull(item.stopRequestedAt),
    stopped_at: encodeTimeOrNull(item.stoppedAt),
  }
}

export function decodeWork(json: unknown, workspaceId: string): WorkItem {
  const wire = expectObject(json, 'work') as WireWork
  return {
    id: wire.id as WorkId,
    workspaceId: workspaceId as WorkspaceId,
    environmentId: wire.environment_id as EnvironmentId,
    sessionId: wire.data.id as SessionId,
    state: wire.state,
    metadata: wire.metadata,
    createdAt: decodeTime(wire.created_at),
    notBefore: 0,
    handedOutAt: undefined,
    acknowledgedAt: decodeTimeOrUndefined(wire.acknowledged_at),
    heartbeatAt: decodeMicrosecondsOrUndefined(wire.latest_heartbeat_at),
    stopRequestedAt: decodeTimeOrUndefined(wire.stop_requested_at),
    stoppedAt: decodeTimeOrUndefined(wire.stopped_at),
    releasedAt: undefined,
    results: 0,
    tokenSha256: undefined,
  }
}

/** The secret is in the answer to a poll, and nowhere else. */
export function encodeHanded(handed: HandedWork | undefined): WireWork | null {
  return handed === undefined ? null : { ...encodeWork(handed.work), secret: handed.secret }
}

export function decodeHanded(json: unknown, workspaceId: string): HandedWork | undefined {
  if (json === null) return undefined
  const { secret } = expectObject(json, 'work') as WireWork
  return { work: decodeWork(json, workspaceId), secret: secret ?? '' }
}

export interface WireHeartbeat {
  type: 'work_heartbeat'
  state: Heartbeat['state']
  lease_extended: boolean
  last_heartbeat: string
  ttl_seconds: number
}

export function encodeHeartbeat(beat: Heartbeat): WireHeartbeat {
  const { lastHeartbeat } = beat
  return {
    type: 'work_heartbeat',
    state: beat.state,
    lease_extended: beat.leaseExtended,
    last_heartbeat: lastHeartbeat === undefined ? '' : encodeMicroseconds(lastHeartbeat),
    ttl_seconds: beat.ttlSeconds,
  }
}

export function decodeHeartbeat(json: unknown): Heartbeat {
  const wire = expectObject(json, 'work_heartbeat') as WireHeartbeat
  return {
    state: wire.state,
    leaseExtended: wire.lease_extended,
    lastHeartbeat: decodeMicrosecondsOrUndefined(wire.last_heartbeat),
    ttlSeconds: wire.ttl_seconds,
  }
}

export interface WireWorkStats {
  type: 'work_queue_stats'
  depth: number
  pending: number
  oldest_queued_at: string | null
  workers_polling: null
}

export function encodeWorkStats(stats: WorkStats): WireWorkStats {
  return {
    type: 'work_queue_stats',
    depth: stats.depth,
    pending: stats.pending,
    oldest_queued_at: encodeTimeOrNull(stats.oldestQueuedAt),
    workers_polling: null,
  }
}

export function decodeWorkStats(json: unknown): WorkStats {
  const wire = expectObject(json, 'work_queue_stats') as WireWorkStats
  const { depth, pending } = wire
  return { depth, pending, oldestQueuedAt: decodeTimeOrUndefined(wire.oldest_queued_at) }
}

const states = {
  type: 'string',
  enum: ['queued', 'starting', 'active', 'stopping', 'stopped'],
} as const

export const workSchema: Schema = object(
  {
    id: string('`work_…`'),
    type: literal('work'),
    environment_id: string(),
    data: object({ type: literal('session'), id: string() }),
    state: states,
    secret: orNull({ type: 'string', description: 'In the answer to a poll only.' }),
    actor: { type: 'null' },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
    created_at: time,
    started_at: time,
    acknowledged_at: orNull(time),
    latest_heartbeat_at: orNull(time),
    stop_requested_at: orNull(time),
    stopped_at: orNull(time),
  },
  'One claim of a worker on a session.',
)

export const heartbeatSchema: Schema = object({
  type: literal('work_heartbeat'),
  state: states,
  lease_extended: { type: 'boolean' },
  last_heartbeat: string('Echo it as `expected_last_heartbeat` of the next one.'),
  ttl_seconds: count,
})

export const workStatsSchema: Schema = object({
  type: literal('work_queue_stats'),
  depth: count,
  pending: count,
  oldest_queued_at: orNull(time),
  workers_polling: { type: 'null' },
})
