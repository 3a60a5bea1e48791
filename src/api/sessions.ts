import type { Capability } from '../domain/caller.ts'
import type { Agent } from '../domain/session/agent.ts'
import type { Environment, EnvironmentKey } from '../domain/session/environment.ts'
import type { LogEntry } from '../domain/session/event.ts'
import type { LiveDelta } from '../domain/session/runner-port.ts'
import type { AttachedStore, Session } from '../domain/session/session.ts'
import type { MemoryChanged, Turn, TurnStatus } from '../domain/session/turn.ts'
import type { Heartbeat, WorkItem } from '../domain/session/work.ts'
import type { Page } from '../domain/page.ts'

/** The verbs about agents, environments and sessions. */
export interface SessionsApi {
  createAgent(input: CreateAgentInput): Promise<Agent>
  listAgents(input: ListAgentsInput): Promise<Page<Agent>>
  getAgent(input: AgentInput): Promise<Agent>
  updateAgent(input: UpdateAgentInput): Promise<Agent>
  archiveAgent(input: AgentInput): Promise<Agent>
  listAgentVersions(input: AgentInput & PageInput): Promise<Page<Agent>>

  createEnvironment(input: CreateEnvironmentInput): Promise<Environment>
  listEnvironments(input: ListInput): Promise<Page<Environment>>
  getEnvironment(input: EnvironmentInput): Promise<Environment>
  updateEnvironment(input: UpdateEnvironmentInput): Promise<Environment>
  archiveEnvironment(input: EnvironmentInput): Promise<Environment>
  deleteEnvironment(input: DeleteEnvironmentInput): Promise<{ readonly id: string }>
  createEnvironmentKey(input: CreateEnvironmentKeyInput): Promise<NewEnvironmentKey>
  listEnvironmentKeys(input: EnvironmentInput): Promise<readonly EnvironmentKey[]>
  revokeEnvironmentKey(input: RevokeEnvironmentKeyInput): Promise<EnvironmentKey>

  createSession(input: CreateSessionInput): Promise<Session>
  listSessions(input: ListSessionsInput): Promise<Page<Session>>
  getSession(input: SessionInput): Promise<Session>
  updateSession(input: UpdateSessionInput): Promise<Session>
  archiveSession(input: SessionInput): Promise<Session>
  deleteSession(input: SessionInput): Promise<{ readonly id: string }>
  listResources(input: SessionInput): Promise<readonly AttachedStore[]>
  /** The one thread of a session, which is the session itself. */
  listThreads(input: SessionInput): Promise<readonly Session[]>
  getThread(input: ThreadInput): Promise<Session>

  sendEvents(input: SendEventsInput): Promise<readonly LogEntry[]>
  listEvents(input: ListEventsInput): Promise<Page<LogEntry>>
  /** From now or from an event on, until the session is gone, archived, or the signal ends it. */
  streamEvents(input: StreamEventsInput): AsyncIterable<StreamItem>
  listThreadEvents(input: ListEventsInput & ThreadInput): Promise<Page<LogEntry>>
  streamThreadEvents(input: StreamEventsInput & ThreadInput): AsyncIterable<StreamItem>

  createTurn(input: CreateTurnInput): Promise<TurnReport>
  getTurn(input: TurnInput): Promise<TurnReport>

  /** The next item for a worker; undefined when there is none within `blockMs`. */
  pollWork(input: PollWorkInput): Promise<HandedWork | undefined>
  acknowledgeWork(input: WorkInput): Promise<WorkItem>
  heartbeatWork(input: HeartbeatInput): Promise<Heartbeat>
  stopWork(input: StopWorkInput): Promise<WorkItem>
  listWork(input: EnvironmentInput & PageInput): Promise<Page<WorkItem>>
  getWork(input: WorkInput): Promise<WorkItem>
  updateWork(input: WorkInput & { readonly metadata?: unknown }): Promise<WorkItem>
  getWorkStats(input: EnvironmentInput): Promise<WorkStats>
}

export type SessionVerb = keyof SessionsApi

interface PageInput {
  readonly limit?: number | undefined
  readonly page?: string | undefined
}

interface ListInput extends PageInput {
  readonly includeArchived?: boolean | undefined
}

/** Inclusive bounds in milliseconds since 1970. */
interface TimeFilter {
  readonly createdFrom?: number | undefined
  readonly createdTo?: number | undefined
}

export interface AgentInput {
  readonly agentId: string
  readonly version?: number | undefined
}

/** Nested values are spelled in camelCase; what this server does not do has to be empty. */
export interface CreateAgentInput {
  readonly name?: unknown
  readonly model?: unknown
  readonly system?: unknown
  readonly description?: unknown
  readonly tools?: unknown
  readonly mcpServers?: unknown
  readonly skills?: unknown
  readonly multiagent?: unknown
  readonly metadata?: unknown
  readonly executionIdentity?: unknown
}

export interface UpdateAgentInput extends Omit<CreateAgentInput, 'version'> {
  readonly agentId: string
  readonly version?: unknown
}

export interface ListAgentsInput extends ListInput, TimeFilter {}

export interface EnvironmentInput {
  readonly environmentId: string
}

export interface CreateEnvironmentInput {
  readonly name?: unknown
  readonly config?: unknown
  readonly description?: unknown
  readonly metadata?: unknown
  readonly scope?: unknown
}

export interface UpdateEnvironmentInput extends CreateEnvironmentInput, EnvironmentInput {}

export interface DeleteEnvironmentInput extends EnvironmentInput {
  readonly force?: boolean | undefined
}

export interface CreateEnvironmentKeyInput extends EnvironmentInput {
  readonly name?: unknown
}

/** The only time the secret is seen. */
export interface NewEnvironmentKey extends EnvironmentKey {
  readonly secret: string
}

export interface RevokeEnvironmentKeyInput extends EnvironmentInput {
  readonly keyId: string
}

export interface SessionInput {
  readonly sessionId: string
}

export interface CreateSessionInput {
  readonly agent?: unknown
  readonly environmentId?: unknown
  readonly resources?: unknown
  readonly title?: unknown
  readonly metadata?: unknown
  readonly initialEvents?: unknown
  readonly vaultIds?: unknown
  readonly budget?: unknown
}

export interface ListSessionsInput extends ListInput, TimeFilter {
  readonly agentId?: string | undefined
  readonly agentVersion?: number | undefined
  readonly deploymentId?: string | undefined
  readonly memoryStoreId?: string | undefined
  readonly statuses?: readonly string[] | undefined
  readonly order?: 'asc' | 'desc' | undefined
}

export interface UpdateSessionInput extends SessionInput {
  readonly title?: unknown
  readonly metadata?: unknown
  readonly agent?: unknown
  readonly budget?: unknown
  readonly vaultIds?: unknown
}

export interface ThreadInput extends SessionInput {
  readonly threadId: string
}

export interface SendEventsInput extends SessionInput {
  readonly events?: unknown
}

export interface ListEventsInput extends SessionInput, PageInput {
  readonly types?: readonly string[] | undefined
  readonly order?: 'asc' | 'desc' | undefined
  /** Exclusive bounds in microseconds. */
  readonly after?: number | undefined
  readonly before?: number | undefined
}

export interface StreamEventsInput extends SessionInput {
  /** Which events to announce while they are written. */
  readonly deltas?: readonly string[] | undefined
  /** An event of the session: what came after it is sent first. */
  readonly after?: string | undefined
  readonly signal: AbortSignal
}

export type StreamItem =
  /** The first item: nothing that happens from here on will be missed. */
  | { readonly kind: 'open' }
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | { readonly kind: 'delta'; readonly delta: LiveDelta }

export interface CreateTurnInput extends SessionInput {
  readonly input?: unknown
  readonly timeoutSeconds?: unknown
  readonly waitForMemory?: unknown
  readonly stream?: unknown
  readonly idempotencyKey?: string | undefined
}

export interface TurnInput extends SessionInput {
  readonly turnId: string
}

/** A turn, and what it did to the stores of its session. */
export interface TurnReport {
  readonly turn: Turn
  readonly status: TurnStatus
  readonly changed: readonly MemoryChanged[]
  /** Whether a worker has not saved everything yet. */
  readonly isMemoryPending: boolean
}

export interface WorkInput extends EnvironmentInput {
  readonly workId: string
}

export interface PollWorkInput extends EnvironmentInput {
  readonly blockMs?: number | undefined
  readonly reclaimOlderThanMs?: number | undefined
  readonly workerId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HandedWork {
  readonly work: WorkItem
  /** What opens the session for the worker; seen this once. */
  readonly secret: string
}

export interface HeartbeatInput extends WorkInput {
  /** Microseconds; `none` for the first one. */
  readonly expected: number | 'none'
}

export interface StopWorkInput extends WorkInput {
  readonly force?: boolean | undefined
}

export interface WorkStats {
  /** Items that wait for a worker. */
  readonly depth: number
  /** Items that a worker has. */
  readonly pending: number
  readonly oldestQueuedAt: number | undefined
}

/** What each verb needs of the role of an API key. */
export const sessionNeeds: Record<SessionVerb, Capability> = {
  createAgent: 'write',
  listAgents: 'read',
  getAgent: 'read',
  updateAgent: 'write',
  archiveAgent: 'write',
  listAgentVersions: 'read',
  createEnvironment: 'write',
  listEnvironments: 'read',
  getEnvironment: 'read',
  updateEnvironment: 'write',
  archiveEnvironment: 'write',
  deleteEnvironment: 'write',
  createEnvironmentKey: 'admin',
  listEnvironmentKeys: 'admin',
  revokeEnvironmentKey: 'admin',
  createSession: 'write',
  listSessions: 'read',
  getSession: 'read',
  updateSession: 'write',
  archiveSession: 'write',
  deleteSession: 'write',
  listResources: 'read',
  listThreads: 'read',
  getThread: 'read',
  sendEvents: 'write',
  listEvents: 'read',
  streamEvents: 'read',
  listThreadEvents: 'read',
  streamThreadEvents: 'read',
  createTurn: 'write',
  getTurn: 'read',
  pollWork: 'write',
  acknowledgeWork: 'write',
  heartbeatWork: 'write',
  stopWork: 'write',
  listWork: 'read',
  getWork: 'read',
  updateWork: 'write',
  getWorkStats: 'read',
}
