import type { TurnReport } from '../api/sessions.ts'
import type { EventId, SessionId, StoreId, TurnId, VersionId, WorkspaceId } from '../domain/ids.ts'
import type { StopReason, TextBlock } from '../domain/session/event.ts'
import type { MemoryChanged, TurnStatus } from '../domain/session/turn.ts'
import { camelKeys, snakeKeys } from './case.ts'
import { expectObject } from './json.ts'
import { literal, object, orNull, string, time, type Schema } from './schema.ts'
import { encodeModelUsage, type WireModelUsage } from './session-event.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

interface WireTurnMessage {
  id: string
  type: 'message'
  role: 'assistant'
  content: readonly TextBlock[]
}

type WireStopReason =
  | { type: Exclude<StopReason['type'], 'requires_action'> }
  | { type: 'requires_action'; event_ids: string[] }

export interface WireTurn {
  id: string
  completed_at: string | null
  created_at: string
  memory: {
    changed: {
      memory_store_id: string
      path: string
      operation: MemoryChanged['operation']
      memory_version_id: string
    }[]
    pending: boolean
  }
  output: WireTurnMessage[]
  session_id: string
  status: TurnStatus
  stop_reason: WireStopReason | null
  type: 'turn'
  usage: WireModelUsage | null
}

export function encodeTurn({ turn, status, changed, isMemoryPending }: TurnReport): WireTurn {
  const { result } = turn
  return {
    id: turn.id,
    type: 'turn',
    session_id: turn.sessionId,
    status,
    stop_reason: result === undefined ? null : (snakeKeys(result.stopReason) as WireStopReason),
    output: (result?.output ?? []).map(({ id, content }) => ({
      id,
      type: 'message',
      role: 'assistant',
      content,
    })),
    usage: result === undefined ? null : encodeModelUsage(result.usage),
    memory: {
      changed: changed.map(({ storeId, path, operation, versionId }) => ({
        memory_store_id: storeId,
        path,
        operation,
        memory_version_id: versionId,
      })),
      pending: isMemoryPending,
    },
    created_at: encodeTime(turn.createdAt),
    completed_at: encodeTimeOrNull(result?.completedAt),
  }
}

export function decodeTurn(json: unknown, workspaceId: string): TurnReport {
  const wire = expectObject(json, 'turn') as WireTurn
  const changed = wire.memory.changed.map((change) => ({
    storeId: change.memory_store_id as StoreId,
    path: change.path,
    operation: change.operation,
    versionId: change.memory_version_id as VersionId,
  }))
  return {
    turn: {
      id: wire.id as TurnId,
      workspaceId: workspaceId as WorkspaceId,
      sessionId: wire.session_id as SessionId,
      messageId: '' as EventId,
      head: 0,
      stores: [],
      createdAt: decodeTime(wire.created_at),
      result: decodeResult(wire, changed),
    },
    status: wire.status,
    changed,
    isMemoryPending: wire.memory.pending,
  }
}

function decodeResult(
  wire: WireTurn,
  changed: readonly MemoryChanged[],
): TurnReport['turn']['result'] {
  const { status } = wire
  if (status === 'running' || status === 'timed_out') return undefined
  return {
    status,
    stopReason: camelKeys(wire.stop_reason) as StopReason,
    output: wire.output.map(({ id, content }) => ({ id: id as EventId, content })),
    usage: camelKeys(wire.usage) as never,
    completedAt: decodeTimeOrUndefined(wire.completed_at) ?? 0,
    changed: wire.memory.pending ? undefined : changed,
  }
}

export const turnSchema: Schema = object(
  {
    id: string('`turn_…`'),
    type: literal('turn'),
    session_id: string(),
    status: {
      type: 'string',
      enum: ['running', 'completed', 'requires_action', 'failed', 'timed_out', 'interrupted'],
    },
    stop_reason: orNull({ type: 'object' }),
    output: {
      type: 'array',
      items: { type: 'object' },
      description: 'What the agent said; once it is over the last one has a text block.',
    },
    usage: orNull({ type: 'object' }),
    memory: {
      type: 'object',
      description: 'The versions that the turn left, and whether a worker still saves.',
    },
    created_at: time,
    completed_at: orNull(time),
  },
  'A question and everything that came of it.',
)
