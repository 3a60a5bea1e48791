import type { Identity, NewKey } from '../api.ts'
import { roles, type Role } from '../domain/caller.ts'
import type { KeyId, WorkspaceId } from '../domain/ids.ts'
import type { Key, Workspace } from '../domain/memory/command.ts'
import { decodeActor, encodeActor, type WireActor } from './actor.ts'
import { expectObject } from './json.ts'
import { literal, object, orNull, ref, string, time, type Schema } from './schema.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireKey {
  id: string
  created_at: string
  hint: string
  name: string
  revoked_at: string | null
  role: Role
  type: 'api_key'
  workspace_id: string
}

export interface WireNewKey extends WireKey {
  secret: string
}

export interface WireWorkspace {
  id: string
  created_at: string
  name: string
  type: 'workspace'
}

export interface WireIdentity {
  actor: WireActor | null
  role: Role
  type: 'identity'
  workspace_id: string
}

export function encodeKey(key: Key): WireKey {
  return {
    id: key.id,
    created_at: encodeTime(key.createdAt),
    hint: key.hint,
    name: key.name,
    revoked_at: encodeTimeOrNull(key.revokedAt),
    role: key.role,
    type: 'api_key',
    workspace_id: key.workspaceId,
  }
}

export function decodeKey(json: unknown): Key {
  const wire = expectObject(json, 'api_key') as WireKey
  return {
    id: wire.id as KeyId,
    workspaceId: wire.workspace_id as WorkspaceId,
    name: wire.name,
    role: wire.role,
    hint: wire.hint,
    createdAt: decodeTime(wire.created_at),
    revokedAt: decodeTimeOrUndefined(wire.revoked_at),
  }
}

export function encodeNewKey(key: NewKey): WireNewKey {
  return { ...encodeKey(key), secret: key.secret }
}

export function decodeNewKey(json: unknown): NewKey {
  return { ...decodeKey(json), secret: (expectObject(json) as WireNewKey).secret }
}

export function encodeWorkspace(workspace: Workspace): WireWorkspace {
  return {
    id: workspace.id,
    created_at: encodeTime(workspace.createdAt),
    name: workspace.name,
    type: 'workspace',
  }
}

export function decodeWorkspace(json: unknown): Workspace {
  const wire = expectObject(json, 'workspace') as WireWorkspace
  return {
    id: wire.id as WorkspaceId,
    name: wire.name,
    createdAt: decodeTime(wire.created_at),
  }
}

export function encodeIdentity(identity: Identity): WireIdentity {
  return {
    actor: encodeActor(identity.actor),
    role: identity.role,
    type: 'identity',
    workspace_id: identity.workspaceId,
  }
}

export function decodeIdentity(json: unknown): Identity {
  const wire = expectObject(json, 'identity') as WireIdentity
  return {
    workspaceId: wire.workspace_id,
    actor: decodeActor(wire.actor) ?? '',
    role: wire.role,
  }
}

const keyFields = {
  id: string('`apikey_…`'),
  created_at: { ...time, description: 'When it was made.' },
  hint: string('The last characters of the secret, to tell keys apart.'),
  name: string('What people call it.'),
  revoked_at: orNull({ ...time, description: 'Null while it works.' }),
  role: { type: 'string', enum: roles, description: 'How far it reaches.' },
  type: literal('api_key'),
  workspace_id: string('The workspace it opens.'),
} satisfies Record<string, Schema>

export const keySchema: Schema = object(keyFields, 'An API key without its secret.')

export const newKeySchema: Schema = object(
  { ...keyFields, secret: string('Shown this once; only its hash is kept.') },
  'A new API key.',
)

export const workspaceSchema: Schema = object(
  {
    id: string('`wrkspc_…`'),
    created_at: { ...time, description: 'When it was made.' },
    name: string('What people call it.'),
    type: literal('workspace'),
  },
  'A wall: keys and stores of one workspace do not exist for another.',
)

export const identitySchema: Schema = object(
  {
    actor: {
      oneOf: [ref('Actor'), { type: 'null' }],
      description: 'As whom its writes are recorded.',
    },
    role: { type: 'string', enum: roles, description: 'How far it reaches.' },
    type: literal('identity'),
    workspace_id: string('The workspace it opens.'),
  },
  'Who a credential is.',
)
