import { roles } from '../domain/caller.ts'
import { endpoint, param } from './endpoint.ts'
import { expectObject } from './json.ts'
import {
  decodeIdentity,
  decodeKey,
  decodeNewKey,
  decodeWorkspace,
  encodeIdentity,
  encodeKey,
  encodeNewKey,
  encodeWorkspace,
  type WireKey,
  type WireWorkspace,
} from './key.ts'
import { encodeList, pageSchema, type WirePage } from './page.ts'
import { text } from './query.ts'
import { ref, string } from './schema.ts'

const group = 'Palimpsest: keys and workspaces'

const exampleKey: WireKey = {
  id: 'apikey_011CZkZaBF1tNoB5wlCeusgx',
  created_at: '2026-11-20T08:00:00.000Z',
  hint: 'x7Qk',
  name: 'laptop',
  revoked_at: null,
  role: 'read_write',
  type: 'api_key',
  workspace_id: 'wrkspc_011CZkZaBF1tNoB5wlCeusgw',
}
const exampleWorkspace: WireWorkspace = {
  id: 'wrkspc_011CZkZaBF1tNoB5wlCeusgw',
  created_at: '2026-11-20T08:00:00.000Z',
  name: 'default',
  type: 'workspace',
}

const workspaceText =
  'The workspace meant; without it, that of the key that asks. Others are for the admins of the first workspace.'
const workspaceField = text(workspaceText)

function decodeList<Item>(json: unknown, decodeItem: (item: unknown) => Item): readonly Item[] {
  return (expectObject(json) as WirePage<unknown>).data.map(decodeItem)
}

const whoAmI = endpoint({
  verb: 'whoAmI',
  method: 'GET',
  path: '/palimpsest/v1/me',
  query: {},
  answer: ref('Identity'),
  docs: {
    group,
    summary: 'Who the credential is',
    description: 'Its actor, workspace and role.',
    example: {
      answer: {
        actor: { api_key_id: exampleKey.id, type: 'api_actor' },
        role: 'read_write',
        type: 'identity',
        workspace_id: exampleWorkspace.id,
      },
    },
  },
  toInput: () => undefined,
  toRequest: () => ({}),
  encode: encodeIdentity,
  decode: decodeIdentity,
})

const createKey = endpoint({
  verb: 'createKey',
  method: 'POST',
  path: '/palimpsest/v1/keys',
  query: {},
  body: {
    type: 'object',
    properties: {
      name: string('1 to 255 characters, no control characters.'),
      role: {
        type: ['string', 'null'],
        description: `How far the key reaches: one of ${roles.join(', ')}.`,
        default: 'read_write',
      },
      workspace_id: { type: ['string', 'null'], description: workspaceText },
    },
    required: ['name'],
    additionalProperties: false,
  },
  answer: ref('NewApiKey'),
  docs: {
    group,
    summary: 'Create an API key',
    description: 'The only answer that shows the secret. Needs an admin key, as all of these do.',
    example: {
      body: { name: 'laptop', role: 'read_write' },
      answer: { ...exampleKey, secret: 'the secret' },
    },
  },
  toInput: ({ body }) => ({
    name: body['name'],
    role: body['role'] ?? undefined,
    workspaceId: (body['workspace_id'] ?? undefined) as string | undefined,
  }),
  toRequest: ({ name, role, workspaceId }) => ({ body: { name, role, workspace_id: workspaceId } }),
  encode: encodeNewKey,
  decode: decodeNewKey,
})

const listKeys = endpoint({
  verb: 'listKeys',
  method: 'GET',
  path: '/palimpsest/v1/keys',
  query: { workspace_id: workspaceField },
  answer: pageSchema(ref('ApiKey')),
  docs: {
    group,
    summary: 'List API keys',
    description: 'Revoked ones included, oldest first; without secrets.',
    example: { answer: { data: [exampleKey], next_page: null } },
  },
  toInput: ({ query }) => ({ workspaceId: query.workspace_id }),
  toRequest: ({ workspaceId }) => ({ query: { workspace_id: workspaceId } }),
  encode: (keys) => encodeList(keys, encodeKey),
  decode: (json) => decodeList(json, decodeKey),
})

const revokeKey = endpoint({
  verb: 'revokeKey',
  method: 'POST',
  path: '/palimpsest/v1/keys/:key_id/revoke',
  query: { workspace_id: workspaceField },
  answer: ref('ApiKey'),
  docs: {
    group,
    summary: 'Revoke an API key',
    description:
      'It stops working at once (in other processes of the server, and for open streams, within a second).',
    example: { answer: { ...exampleKey, revoked_at: '2026-11-20T09:00:00.000Z' } },
  },
  toInput: (request) => ({
    keyId: param(request, 'key_id'),
    workspaceId: request.query.workspace_id,
  }),
  toRequest: ({ keyId, workspaceId }) => ({
    params: { key_id: keyId },
    query: { workspace_id: workspaceId },
  }),
  encode: encodeKey,
  decode: decodeKey,
})

const createWorkspace = endpoint({
  verb: 'createWorkspace',
  method: 'POST',
  path: '/palimpsest/v1/workspaces',
  query: {},
  body: {
    type: 'object',
    properties: { name: string('1 to 255 characters, no control characters.') },
    required: ['name'],
    additionalProperties: false,
  },
  answer: ref('Workspace'),
  docs: {
    group,
    summary: 'Create a workspace',
    description: 'Keys and stores of one workspace do not exist for another.',
    example: { body: { name: 'research' }, answer: { ...exampleWorkspace, name: 'research' } },
  },
  toInput: ({ body }) => ({ name: body['name'] }),
  toRequest: ({ name }) => ({ body: { name } }),
  encode: encodeWorkspace,
  decode: decodeWorkspace,
})

const listWorkspaces = endpoint({
  verb: 'listWorkspaces',
  method: 'GET',
  path: '/palimpsest/v1/workspaces',
  query: {},
  answer: pageSchema(ref('Workspace')),
  docs: {
    group,
    summary: 'List workspaces',
    description: 'All of this server.',
    example: { answer: { data: [exampleWorkspace], next_page: null } },
  },
  toInput: () => undefined,
  toRequest: () => ({}),
  encode: (workspaces) => encodeList(workspaces, encodeWorkspace),
  decode: (json) => decodeList(json, decodeWorkspace),
})

export const keyEndpoints = {
  whoAmI,
  createKey,
  listKeys,
  revokeKey,
  createWorkspace,
  listWorkspaces,
}
