import { forbidden, notFound } from './errors.ts'
import type { EnvironmentId, RequestId, SessionId, StoreId, WorkId, WorkspaceId } from './ids.ts'
import type { Claim } from './memory/claim.ts'
import type { Sha256 } from './memory/content.ts'

/**
 * Who did something: the id's prefix (`apikey_`, `sesn_`, `user_`, `svac_`) says what kind of
 * actor.
 */
export type ActorId = string

/** A way in. Recorded on every change: provenance cannot be added afterwards. */
export const doors = [
  'http',
  'mcp',
  'mount',
  'sync',
  'cli',
  'agent',
  'console',
  'import',
  'job',
] as const
export type Door = (typeof doors)[number]

/** Roles of API keys (contract, table of decisions). */
export const roles = ['read_only', 'read_write', 'admin'] as const
export type Role = (typeof roles)[number]

export type Access = 'read_only' | 'read_write'

/**
 * What a verb needs: `read` looks, `write` changes memories and stores, `admin` redacts, deletes
 * stores, and manages keys and workspaces.
 */
export type Capability = 'read' | 'write' | 'admin'

/** Who asks. Derived from the credential alone, never from a body. */
export interface Caller {
  readonly workspaceId: WorkspaceId
  readonly actor: ActorId
  readonly role: Role
  readonly door: Door
  readonly requestId: RequestId
  /**
   * An admin key of the installation's first workspace: it manages every workspace and its keys.
   */
  readonly isOperator?: boolean
  /**
   * A session's token reaches only the stores attached to its session, with the attached access.
   */
  readonly stores?: ReadonlyMap<StoreId, Access>
  /** Set for the two credentials of workers, which reach little else than their work. */
  readonly worker?: Worker
}

/** The key of an environment's workers, and the token of one item of work and its session. */
export type WorkerKind = 'environment' | 'session'

export interface Worker {
  readonly kind: WorkerKind
  readonly environmentId: EnvironmentId
  /** Of a token. */
  readonly sessionId?: SessionId
  readonly workId?: WorkId
  readonly tokenSha256?: Sha256
  /** Whether its item was stopped: what is left is to save its memory. */
  readonly isStopped?: boolean
  /** Whether another token has taken its place, so that it only hears that. */
  readonly isStale: boolean
}

/** Who, through which door, in which request: what a change remembers of its cause. */
export interface Provenance {
  readonly actor: ActorId
  readonly door: Door
  readonly requestId: RequestId
  /** Of a change that was brought in: what its source says of it. */
  readonly claimed?: Claim
}

export function provenance(caller: Caller): Provenance {
  return { actor: caller.actor, door: caller.door, requestId: caller.requestId }
}

const sessionMayNot = 'a session may not do this'

const rank: Record<Capability | Role, number> = {
  read: 0,
  read_only: 0,
  write: 1,
  read_write: 1,
  admin: 2,
}

/**
 * What is not in one of its stores, a session may only read.
 * @throws DomainError `forbidden` when the caller's role does not reach `needs`
 */
export function permit(caller: Caller, needs: Capability): void {
  if (caller.stores !== undefined && needs !== 'read') throw forbidden(sessionMayNot)
  if (rank[caller.role] >= rank[needs]) return
  throw forbidden(
    `this needs a key with the role ${needs === 'admin' ? 'admin' : 'read_write'}; this key is ${caller.role}`,
  )
}

/** @throws DomainError `forbidden` unless the caller manages the whole installation */
export function permitOperator(caller: Caller): void {
  permit(caller, 'admin')
  if (caller.isOperator !== true) {
    throw forbidden('this needs an admin key of the first workspace of the installation')
  }
}

/**
 * As `permit`, for one store: a session's token is further held to its attached stores, and others
 * look as if they did not exist.
 * @throws DomainError `forbidden`, `not_found`
 */
export function permitStore(caller: Caller, storeId: StoreId, needs: Capability): void {
  if (caller.stores === undefined) return permit(caller, needs)
  const access = caller.stores.get(storeId)
  if (access === undefined) throw notFound('memory store')
  if (needs === 'admin') throw forbidden(sessionMayNot)
  if (needs === 'write' && access === 'read_only') {
    throw forbidden('this store is attached read-only to the session')
  }
}
