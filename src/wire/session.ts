import type { EnvironmentId, SessionId, StoreId, WorkspaceId } from '../domain/ids.ts'
import { threadIdOf } from '../domain/ids.ts'
import type { AttachedStore, Session } from '../domain/session/session.ts'
import {
  agentSnapshotSchema,
  anything,
  decodeSnapshot,
  encodeSnapshot,
  type WireSnapshot,
} from './agent.ts'
import { expectObject } from './json.ts'
import { literal, object, orNull, ref, string, time, type Schema } from './schema.ts'
import { decodeUsage, encodeUsage, type WireUsage } from './session-event.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireResource {
  access: 'read_only' | 'read_write'
  description: string
  instructions: string | null
  memory_store_id: string
  mount_path: string
  name: string
  type: 'memory_store'
}

export interface WireSession {
  id: string
  agent: WireSnapshot
  archived_at: string | null
  budget: null
  created_at: string
  deployment_id: null
  environment_id: string
  metadata: Record<string, string>
  outcome_evaluations: never[]
  resources: WireResource[]
  stats: { active_seconds: number; duration_seconds: number }
  status: Session['status']
  title: string | null
  type: 'session'
  updated_at: string
  usage: WireUsage
  vault_ids: never[]
}

export function encodeResource(store: AttachedStore): WireResource {
  return {
    type: 'memory_store',
    memory_store_id: store.storeId,
    access: store.access,
    name: store.name,
    description: store.description,
    mount_path: store.mountPath,
    instructions: store.instructions ?? null,
  }
}

export function decodeResource(json: unknown): AttachedStore {
  const wire = expectObject(json, 'memory_store') as WireResource
  return {
    storeId: wire.memory_store_id as StoreId,
    access: wire.access,
    name: wire.name,
    description: wire.description,
    instructions: wire.instructions ?? undefined,
    mountPath: wire.mount_path,
  }
}

export function encodeSession(session: Session): WireSession {
  const { usage, createdAt, updatedAt, archivedAt } = session
  const end = archivedAt ?? Math.max(updatedAt, Math.floor(session.head / 1_000))
  return {
    id: session.id,
    type: 'session',
    status: session.status,
    title: session.title ?? null,
    environment_id: session.environmentId,
    agent: encodeSnapshot(session.agent),
    resources: session.stores.map(encodeResource),
    metadata: session.metadata,
    vault_ids: [],
    outcome_evaluations: [],
    budget: null,
    deployment_id: null,
    stats: {
      active_seconds: usage.activeSeconds,
      duration_seconds: Math.max(0, (end - createdAt) / 1_000),
    },
    usage: encodeUsage(usage),
    created_at: encodeTime(createdAt),
    updated_at: encodeTime(updatedAt),
    archived_at: encodeTimeOrNull(archivedAt),
  }
}

/** What the wire does not tell of a session is as in one that nobody works on. */
export function decodeSession(json: unknown, workspaceId: string): Session {
  const wire = expectObject(json, 'session') as WireSession
  return {
    id: wire.id as SessionId,
    workspaceId: workspaceId as WorkspaceId,
    environmentId: wire.environment_id as EnvironmentId,
    environmentKind: 'cloud',
    agent: decodeSnapshot(wire.agent),
    stores: wire.resources.map(decodeResource),
    title: wire.title ?? undefined,
    metadata: wire.metadata,
    status: wire.status,
    stopReason: undefined,
    stopDetails: undefined,
    usage: decodeUsage(wire.usage),
    runningSince: undefined,
    createdAt: decodeTime(wire.created_at),
    updatedAt: decodeTime(wire.updated_at),
    archivedAt: decodeTimeOrUndefined(wire.archived_at),
    head: 0,
    calls: [],
    waiting: [],
    arrivals: 0,
    restingSince: undefined,
    liveWorkId: undefined,
    workPauseMs: 0,
    isAttended: false,
  }
}

export interface WireThread extends Pick<
  WireSession,
  'agent' | 'archived_at' | 'created_at' | 'stats' | 'status' | 'updated_at' | 'usage'
> {
  id: string
  parent_thread_id: null
  session_id: string
  type: 'session_thread'
  workflow_run_id: null
}

/** A session is its one thread. */
export function encodeThread(session: Session): WireThread {
  const { agent, archived_at, created_at, stats, status, updated_at, usage } =
    encodeSession(session)
  return {
    id: threadIdOf(session.id),
    type: 'session_thread',
    session_id: session.id,
    parent_thread_id: null,
    workflow_run_id: null,
    agent,
    status,
    stats,
    usage,
    created_at,
    updated_at,
    archived_at,
  }
}

/** A thread names its session, and repeats the rest. */
export function decodeThread(json: unknown, workspaceId: string): Session {
  const wire = expectObject(json, 'session_thread') as WireThread
  const { session_id: id, agent, archived_at, created_at, stats, status, updated_at, usage } = wire
  const known = { id, agent, archived_at, created_at, stats, status, updated_at, usage }
  const rest = { type: 'session', title: null, environment_id: '', resources: [], metadata: {} }
  return decodeSession({ ...rest, ...known }, workspaceId)
}

export const resourceSchema: Schema = object(
  {
    type: literal('memory_store'),
    memory_store_id: string(),
    access: { type: 'string', enum: ['read_only', 'read_write'] },
    name: string('As it was when the session was made.'),
    description: string(),
    mount_path: string('Where its memories stand as files.'),
    instructions: orNull({ type: 'string' }),
  },
  'A store attached to a session.',
)

const shared = {
  agent: agentSnapshotSchema,
  status: { type: 'string', enum: ['idle', 'running', 'rescheduling', 'terminated'] },
  stats: { type: 'object' },
  usage: { type: 'object' },
  created_at: time,
  updated_at: time,
  archived_at: orNull(time),
} satisfies Record<string, Schema>

export const sessionSchema: Schema = object(
  {
    id: string('`sesn_…`'),
    type: literal('session'),
    title: orNull({ type: 'string' }),
    environment_id: string(),
    resources: { type: 'array', items: ref('SessionResource') },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
    vault_ids: { type: 'array', items: anything },
    outcome_evaluations: { type: 'array', items: anything },
    budget: { type: 'null' },
    deployment_id: { type: 'null' },
    ...shared,
  },
  'A conversation of an agent, with the stores it may use.',
)

export const threadSchema: Schema = object(
  {
    id: string('`sthr_…`'),
    type: literal('session_thread'),
    session_id: string(),
    parent_thread_id: { type: 'null' },
    workflow_run_id: { type: 'null' },
    ...shared,
  },
  'The one thread of a session.',
)
