import type { ActorId, Capability } from '../domain/caller.ts'

/** Who stands behind the ids that changes remember. */
export interface ActorsApi {
  /** In the order asked for; ids that the workspace does not know are left out. */
  listActors(input: ListActorsInput): Promise<readonly KnownActor[]>
}

export interface ListActorsInput {
  /** 1 to 100 ids of API keys and sessions. */
  readonly ids?: readonly string[] | undefined
}

/** A key or a session as people call it: nothing of what it may do or of its secret. */
export interface KnownActor {
  readonly id: ActorId
  /** Of a session its title; undefined where it has none. */
  readonly name: string | undefined
  /** Milliseconds since 1970; undefined for sessions, and for keys that work. */
  readonly revokedAt: number | undefined
}

export const actorIdsMax = 100

export const actorNeeds: Record<keyof ActorsApi, Capability> = { listActors: 'read' }
