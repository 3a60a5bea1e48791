import type { NewEnvironmentKey } from '../api/sessions.ts'
import type { EnvironmentId, EnvironmentKeyId, WorkspaceId } from '../domain/ids.ts'
import type { Environment, EnvironmentKey } from '../domain/session/environment.ts'
import { expectObject } from './json.ts'
import { literal, object, orNull, string, time, type Schema } from './schema.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

type WireConfig =
  | { type: 'self_hosted' }
  | {
      type: 'cloud'
      networking: { type: 'unrestricted' }
      packages: { type: 'packages' } & Record<PackageManager, string[]>
    }

type PackageManager = 'apt' | 'cargo' | 'gem' | 'go' | 'npm' | 'pip'

export interface WireEnvironment {
  id: string
  archived_at: string | null
  config: WireConfig
  created_at: string
  description: string | null
  metadata: Record<string, string>
  name: string
  scope: 'organization'
  type: 'environment'
  updated_at: string
}

const noPackages = { apt: [], cargo: [], gem: [], go: [], npm: [], pip: [] }

export function encodeEnvironment(environment: Environment): WireEnvironment {
  return {
    id: environment.id,
    type: 'environment',
    name: environment.name,
    description: environment.description ?? null,
    config:
      environment.kind === 'self_hosted'
        ? { type: 'self_hosted' }
        : {
            type: 'cloud',
            networking: { type: 'unrestricted' },
            packages: { type: 'packages', ...noPackages },
          },
    metadata: environment.metadata,
    scope: 'organization',
    created_at: encodeTime(environment.createdAt),
    updated_at: encodeTime(environment.updatedAt),
    archived_at: encodeTimeOrNull(environment.archivedAt),
  }
}

export function decodeEnvironment(json: unknown, workspaceId: string): Environment {
  const wire = expectObject(json, 'environment') as WireEnvironment
  return {
    id: wire.id as EnvironmentId,
    workspaceId: workspaceId as WorkspaceId,
    name: wire.name,
    description: wire.description ?? undefined,
    kind: wire.config.type,
    metadata: wire.metadata,
    createdAt: decodeTime(wire.created_at),
    updatedAt: decodeTime(wire.updated_at),
    archivedAt: decodeTimeOrUndefined(wire.archived_at),
  }
}

export interface WireEnvironmentKey {
  id: string
  created_at: string
  environment_id: string
  hint: string
  name: string
  revoked_at: string | null
  type: 'environment_key'
  secret?: string
}

export function encodeEnvironmentKey(key: EnvironmentKey): WireEnvironmentKey {
  return {
    id: key.id,
    type: 'environment_key',
    environment_id: key.environmentId,
    name: key.name,
    hint: key.hint,
    created_at: encodeTime(key.createdAt),
    revoked_at: encodeTimeOrNull(key.revokedAt),
  }
}

export function encodeNewEnvironmentKey(key: NewEnvironmentKey): WireEnvironmentKey {
  return { ...encodeEnvironmentKey(key), secret: key.secret }
}

export function decodeEnvironmentKey(json: unknown, workspaceId: string): EnvironmentKey {
  const wire = expectObject(json, 'environment_key') as WireEnvironmentKey
  return {
    id: wire.id as EnvironmentKeyId,
    workspaceId: workspaceId as WorkspaceId,
    environmentId: wire.environment_id as EnvironmentId,
    name: wire.name,
    hint: wire.hint,
    createdAt: decodeTime(wire.created_at),
    revokedAt: decodeTimeOrUndefined(wire.revoked_at),
  }
}

export function decodeNewEnvironmentKey(json: unknown, workspaceId: string): NewEnvironmentKey {
  const { secret = '' } = expectObject(json) as WireEnvironmentKey
  return { ...decodeEnvironmentKey(json, workspaceId), secret }
}

export const environmentSchema: Schema = object(
  {
    id: string('`env_…`'),
    type: literal('environment'),
    name: string(),
    description: orNull({ type: 'string' }),
    config: {
      type: 'object',
      description: '`cloud`: this server runs the tools; `self_hosted`: a worker of yours does.',
    },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
    scope: literal('organization'),
    created_at: time,
    updated_at: time,
    archived_at: orNull(time),
  },
  'Where the tools of sessions run.',
)

const keyFields = {
  id: string('`envkey_…`'),
  type: literal('environment_key'),
  environment_id: string(),
  name: string(),
  hint: string('The last characters of the secret, to tell keys apart.'),
  created_at: time,
  revoked_at: orNull(time),
} satisfies Record<string, Schema>

export const environmentKeySchema: Schema = object(keyFields, 'The key of workers.')
export const newEnvironmentKeySchema: Schema = object(
  { ...keyFields, secret: string('Shown this once; only its hash is kept.') },
  'A new key of workers.',
)
