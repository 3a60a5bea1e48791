import type { Access, Provenance } from '../caller.ts'
import type {
  AgentId,
  EnvironmentId,
  EnvironmentKeyId,
  SessionId,
  StoreId,
  TurnId,
  WorkId,
  WorkspaceId,
} from '../ids.ts'
import type { Sha256 } from '../memory/content.ts'
import type { ForgetAnswers, ForgetCommand } from '../forget/command.ts'
import type { Metadata, MetadataPatch } from '../memory/store.ts'
import type { Agent, AgentDefinition, ModelPatch, Tool } from './agent.ts'
import type { Environment, EnvironmentKey, EnvironmentKind } from './environment.ts'
import type { InboundEvent, LogEntry, UserMessage } from './event.ts'
import type { AppendBatch, Appended } from './runner-port.ts'
import type { Session } from './session.ts'
import type { Turn, TurnResult } from './turn.ts'
import type { Heartbeat, WorkItem } from './work.ts'

// Writes about sessions, as data. What concerns one session is alone in it: nothing else happens
// between the load of its state and the commit.

export interface CreateAgent extends AgentDefinition {
  readonly type: 'create_agent'
  readonly workspaceId: WorkspaceId
  readonly metadata: Metadata
}

/** Fields that are undefined stay. */
export interface AgentPatch {
  readonly name?: string | undefined
  readonly model?: ModelPatch | undefined
  /** null clears. */
  readonly system?: string | null | undefined
  readonly description?: string | null | undefined
  readonly tools?: readonly Tool[] | undefined
  readonly metadata?: MetadataPatch | undefined
}

interface OfAgent {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
}

export interface UpdateAgent extends OfAgent {
  readonly type: 'update_agent'
  /** The version that the caller saw; undefined: whatever it is. */
  readonly version: number | undefined
  readonly patch: AgentPatch
}

export interface ArchiveAgent extends OfAgent {
  readonly type: 'archive_agent'
}

export interface CreateEnvironment {
  readonly type: 'create_environment'
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly description: string | undefined
  readonly kind: EnvironmentKind
  readonly metadata: Metadata
}

interface OfEnvironment {
  readonly workspaceId: WorkspaceId
  readonly environmentId: EnvironmentId
}

export interface UpdateEnvironment extends OfEnvironment {
  readonly type: 'update_environment'
  readonly name: string | undefined
  /** null clears. */
  readonly description: string | null | undefined
  readonly kind: EnvironmentKind | undefined
  readonly metadata: MetadataPatch | undefined
}

export interface ArchiveEnvironment extends OfEnvironment {
  readonly type: 'archive_environment'
}

export interface DeleteEnvironment extends OfEnvironment {
  readonly type: 'delete_environment'
  /** Also while sessions of it live. */
  readonly force: boolean
}

export interface CreateEnvironmentKey extends OfEnvironment {
  readonly type: 'create_environment_key'
  readonly name: string
  readonly secretSha256: Sha256
  readonly hint: string
}

export interface RevokeEnvironmentKey extends OfEnvironment {
  readonly type: 'revoke_environment_key'
  readonly keyId: EnvironmentKeyId
}

/** A store as it is asked for when a session is made. */
export interface StoreWish {
  readonly storeId: StoreId
  readonly access: Access
  readonly instructions: string | undefined
}

/** undefined inherits; null clears. */
export interface AgentOverrides {
  readonly model?: ModelPatch | undefined
  readonly system?: string | null | undefined
  readonly tools?: readonly Tool[] | undefined
}

export interface CreateSession {
  readonly type: 'create_session'
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  /** undefined: the newest. */
  readonly agentVersion: number | undefined
  readonly overrides: AgentOverrides
  readonly environmentId: EnvironmentId
  readonly stores: readonly StoreWish[]
  readonly title: string | undefined
  readonly metadata: Metadata
  readonly initialEvents: readonly UserMessage[]
}

interface OfSession {
  readonly workspaceId: WorkspaceId
  readonly sessionId: SessionId
}

export interface UpdateSession extends OfSession {
  readonly type: 'update_session'
  /** null clears. */
  readonly title: string | null | undefined
  readonly metadata: MetadataPatch | undefined
  /** Only while it is idle. */
  readonly tools: readonly Tool[] | undefined
}

export interface ArchiveSession extends OfSession {
  readonly type: 'archive_session'
}

export interface DeleteSession extends OfSession {
  readonly type: 'delete_session'
}

/** Removes a slice of what is left of a deleted session: it may be much. */
export interface ReapSession {
  readonly type: 'reap_session'
  readonly sessionId: SessionId
}

export interface SendEvents extends OfSession {
  readonly type: 'send_events'
  readonly events: readonly InboundEvent[]
  readonly by: Provenance
}

export interface CreateTurn extends OfSession {
  readonly type: 'create_turn'
  /** The sequence of each attached store now. */
  readonly stores: Turn['stores']
  readonly message: UserMessage
  /** A repeated request names the turn that its first one made. */
  readonly idempotencyKey: string | undefined
}

/** Idempotent: the first result stays. */
export interface FinishTurn extends OfSession {
  readonly type: 'finish_turn'
  readonly turnId: TurnId
  readonly result: TurnResult
}

/** Who runs a session: a name that no other claim has ever had. */
interface ByRunner extends OfSession {
  readonly lease: string
}

export interface ClaimSession extends ByRunner {
  readonly type: 'claim_session'
  readonly leaseMs: number
}

/** A session, claimed. */
export interface ClaimedSession extends Session {
  /** Whoever held it before never gave it back: what was under way then may have taken effect. */
  readonly isTakenOver: boolean
}

export interface RenewLease extends ByRunner {
  readonly type: 'renew_lease'
  readonly leaseMs: number
}

export interface ReleaseLease extends ByRunner {
  readonly type: 'release_lease'
}

export interface AppendEvents extends ByRunner {
  readonly type: 'append_events'
  readonly batch: AppendBatch
}

interface OfWork extends OfSession {
  readonly workId: WorkId
}

/** Hands the item to a worker, if it still waits for one. */
export interface HandOutWork extends OfWork {
  readonly type: 'hand_out_work'
  /** An item handed out so long ago and never acknowledged may be taken over. */
  readonly reclaimOlderThanMs: number
  readonly tokenSha256: Sha256
}

export interface AcknowledgeWork extends OfWork {
  readonly type: 'acknowledge_work'
}

export interface HeartbeatWork extends OfWork {
  readonly type: 'heartbeat_work'
  /** Microseconds; `none` for the first one. */
  readonly expected: number | 'none'
  /** Of the sessions token; undefined for an environment key. */
  readonly tokenSha256: Sha256 | undefined
  readonly ttlSeconds: number
}

export interface StopWork extends OfWork {
  readonly type: 'stop_work'
  readonly force: boolean
  readonly tokenSha256: Sha256 | undefined
}

export interface UpdateWork extends OfWork {
  readonly type: 'update_work'
  readonly metadata: MetadataPatch
}

/** Looks after an item whose time may have come: an expired lease, a rest that lasts. */
export interface TendWork extends OfWork {
  readonly type: 'tend_work'
  /** How long a session with writable stores rests before its worker is asked to save them. */
  readonly graceMs: number
  readonly ttlSeconds: number
}

/** Everything about sessions that can be written. */
export type SessionCommand =
  | CreateAgent
  | UpdateAgent
  | ArchiveAgent
  | CreateEnvironment
  | UpdateEnvironment
  | ArchiveEnvironment
  | DeleteEnvironment
  | CreateEnvironmentKey
  | RevokeEnvironmentKey
  | CreateSession
  | UpdateSession
  | ArchiveSession
  | DeleteSession
  | ReapSession
  | SendEvents
  | CreateTurn
  | FinishTurn
  | ClaimSession
  | RenewLease
  | ReleaseLease
  | AppendEvents
  | HandOutWork
  | AcknowledgeWork
  | HeartbeatWork
  | StopWork
  | UpdateWork
  | TendWork
  | ForgetCommand

export interface SessionAnswers extends ForgetAnswers {
  create_agent: Agent
  update_agent: Agent
  archive_agent: Agent
  create_environment: Environment
  update_environment: Environment
  archive_environment: Environment
  delete_environment: undefined
  create_environment_key: EnvironmentKey
  revoke_environment_key: EnvironmentKey
  create_session: Session
  update_session: Session
  archive_session: Session
  /** Not all of it may be gone at once; what is left is nobody's any more. */
  delete_session: { readonly isGone: boolean }
  reap_session: { readonly isGone: boolean }
  /** One per event sent, in the same order. */
  send_events: readonly LogEntry[]
  create_turn: Turn
  finish_turn: Turn
  claim_session: ClaimedSession
  renew_lease: Session
  release_lease: undefined
  append_events: Appended
  hand_out_work: WorkItem
  acknowledge_work: WorkItem
  heartbeat_work: Heartbeat
  stop_work: WorkItem
  update_work: WorkItem
  tend_work: WorkItem
}
