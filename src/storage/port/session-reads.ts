import type { SessionId } from '../../domain/ids.ts'
import type { Agent } from '../../domain/session/agent.ts'
import type { Environment, EnvironmentKey } from '../../domain/session/environment.ts'
import type { LogEntry } from '../../domain/session/event.ts'
import type { Session, SessionStatus } from '../../domain/session/session.ts'
import type { Turn } from '../../domain/session/turn.ts'
import type { WorkItem } from '../../domain/session/work.ts'

/**
 * Reads about sessions. Ids of another workspace, or no ids at all, read as undefined. Each call
 * sees a committed state of its own, at least as new as every acknowledged write.
 */
export interface SessionReads {
  /** @param version undefined: the newest */
  agent(workspaceId: string, agentId: string, version?: number): Promise<Agent | undefined>
  agents(query: AgentsQuery): Promise<Agent[]>
  /** Newest first, below a version. */
  agentVersions(agentId: string, beforeVersion: number, limit: number): Promise<Agent[]>

  environment(workspaceId: string, environmentId: string): Promise<Environment | undefined>
  environments(query: ListQuery): Promise<Environment[]>
  /** Oldest first, revoked ones included. */
  environmentKeys(environmentId: string): Promise<EnvironmentKey[]>
  environmentKeyBySecret(secretSha256: string): Promise<EnvironmentKey | undefined>

  session(workspaceId: string, sessionId: string): Promise<Session | undefined>
  sessions(query: SessionsQuery): Promise<Session[]>
  /** Sessions that have something to run and whose lease is free. */
  claimable(now: number, limit: number): Promise<Pick<Session, 'id' | 'workspaceId'>[]>

  /** Those that still have rows to remove. */
  deletedSessions(limit: number): Promise<SessionId[]>

  events(query: EventsQuery): Promise<PlacedEntry[]>
  event(sessionId: string, eventId: string): Promise<PlacedEntry | undefined>

  turn(sessionId: string, turnId: string): Promise<Turn | undefined>

  work(environmentId: string, workId: string): Promise<WorkItem | undefined>
  /** Newest first. */
  works(query: WorksQuery): Promise<WorkItem[]>
  /** Those that are not stopped, oldest first. */
  liveWork(environmentId: string | undefined, limit: number): Promise<WorkItem[]>
  token(secretSha256: string): Promise<SessionToken | undefined>
}

/** What a sessions token stands for. */
export interface SessionToken {
  readonly work: WorkItem
  /** Undefined once it is deleted. */
  readonly session: Session | undefined
}

/** Where a listed thing stands in a list by time. */
export interface ListPosition {
  readonly createdAt: number
  readonly id: string
}

export interface ListQuery {
  readonly workspaceId: string
  readonly includeArchived: boolean
  readonly after: ListPosition | undefined
  readonly limit: number
}

export interface AgentsQuery extends ListQuery {
  /** Inclusive bounds in milliseconds. */
  readonly createdFrom: number | undefined
  readonly createdTo: number | undefined
}

export interface SessionsQuery extends AgentsQuery {
  readonly order: 'asc' | 'desc'
  readonly agentId: string | undefined
  readonly agentVersion: number | undefined
  readonly storeId: string | undefined
  /** Undefined: all of them. */
  readonly statuses: readonly SessionStatus[] | undefined
}

/** The place of an entry among all of its session, waiting ones behind all others. */
export interface PlacedEntry extends LogEntry {
  readonly place: number
}

export interface EventsQuery {
  readonly sessionId: string
  readonly order: 'asc' | 'desc'
  /** Undefined: all of them. */
  readonly types: readonly string[] | undefined
  /** Exclusive bounds of the place; microseconds. */
  readonly above: number | undefined
  readonly below: number | undefined
  /** Whether those that wait are left out. */
  readonly processedOnly: boolean
  /** Whether to read what is kept for the runner. */
  readonly raw: boolean
  readonly limit: number
}

export interface WorksQuery {
  readonly environmentId: string
  readonly after: ListPosition | undefined
  readonly limit: number
}
