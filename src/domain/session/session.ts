import type { Access } from '../caller.ts'
import type { EnvironmentId, EventId, SessionId, StoreId, WorkId, WorkspaceId } from '../ids.ts'
import type { Metadata } from '../memory/store.ts'
import type { AgentSnapshot } from './agent.ts'
import type { EnvironmentKind } from './environment.ts'
import type { Permission, RefusalDetails, SessionUsage, StopReason } from './event.ts'

export const sessionStatuses = ['idle', 'running', 'rescheduling', 'terminated'] as const
export type SessionStatus = (typeof sessionStatuses)[number]

/** Whether somebody is at work in a session, or about to go on. */
export function isUnderWay(status: SessionStatus | undefined): boolean {
  return status === 'running' || status === 'rescheduling'
}

/** A store attached to a session. Name, description and path are as they were at that moment. */
export interface AttachedStore {
  readonly storeId: StoreId
  readonly access: Access
  readonly name: string
  readonly description: string
  readonly instructions: string | undefined
  /** Absolute, without a slash at its end: `/mnt/memory/<slug>`. */
  readonly mountPath: string
}

/** Times are milliseconds since 1970. */
export interface Session {
  readonly id: SessionId
  readonly workspaceId: WorkspaceId
  readonly environmentId: EnvironmentId
  readonly environmentKind: EnvironmentKind
  readonly agent: AgentSnapshot
  readonly stores: readonly AttachedStore[]
  readonly title: string | undefined
  readonly metadata: Metadata
  readonly status: SessionStatus
  /** Why it is idle; undefined before its first turn and while it runs. */
  readonly stopReason: StopReason | undefined
  readonly stopDetails: RefusalDetails | undefined
  readonly usage: SessionUsage
  /** Since when it runs; undefined while it does not. */
  readonly runningSince: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | undefined
  /** Microseconds: the place of the newest processed event, 0 before the first. */
  readonly head: number
  readonly calls: readonly OpenCall[]
  /** The waiting inputs, in the order in which they came. */
  readonly waiting: readonly WaitingInput[]
  /** How many inputs have ever waited: their order among themselves. */
  readonly arrivals: number
  /** Since when it rests with nothing to do; undefined while it runs or waits for answers. */
  readonly restingSince: number | undefined
  /** The id of the work item that is not stopped. */
  readonly liveWorkId: WorkId | undefined
  /** Milliseconds that the next work item waits, 0 when it does not. */
  readonly workPauseMs: number
  /** Whether somebody waits for the turn's end and needs no stream. */
  readonly isAttended: boolean
}

/** A call without a result in the log. */
export interface OpenCall {
  readonly id: EventId
  readonly kind: 'built_in' | 'custom'
  readonly name: string
  readonly permission: Permission
  /** The answer to a call that had to be asked about. */
  readonly confirmed?: 'allow' | 'deny'
}

export interface WaitingInput {
  readonly id: EventId
  readonly type:
    | 'user.message'
    | 'user.interrupt'
    | 'user.tool_result'
    | 'user.custom_tool_result'
    | 'system.message'
  /** The call that a result answers. */
  readonly callId?: EventId
}

/** The error that every door says of a session that is not there. */
export const sessionNotFound = { code: 'not_found', message: 'session not found' } as const
