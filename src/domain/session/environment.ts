import type { EnvironmentId, EnvironmentKeyId, WorkspaceId } from '../ids.ts'
import type { Metadata } from '../memory/store.ts'

/** `cloud`: this server runs the tools. `self_hosted`: a worker of the user does. */
export type EnvironmentKind = 'cloud' | 'self_hosted'

/** Where the tools of a session run. Times are milliseconds since 1970. */
export interface Environment {
  readonly id: EnvironmentId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly description: string | undefined
  readonly kind: EnvironmentKind
  readonly metadata: Metadata
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | undefined
}

/** The credential of the workers of one environment, without its secret. */
export interface EnvironmentKey {
  readonly id: EnvironmentKeyId
  readonly workspaceId: WorkspaceId
  readonly environmentId: EnvironmentId
  readonly name: string
  /** The last characters of the secret, to tell keys apart. */
  readonly hint: string
  readonly createdAt: number
  readonly revokedAt: number | undefined
}
