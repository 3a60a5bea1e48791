import { nested, nestedBody } from './agent-endpoints.ts'
import {
  decodeEnvironment,
  decodeEnvironmentKey,
  decodeNewEnvironmentKey,
  encodeEnvironment,
  encodeEnvironmentKey,
  encodeNewEnvironmentKey,
} from './environment.ts'
import { endpoint, param } from './endpoint.ts'
import { decodeDeleted } from './deleted.ts'
import { limitField, pageField } from './memory-store-endpoints.ts'
import { decodePage, encodeList, encodePage, pageSchema } from './page.ts'
import { boolean } from './query.ts'
import { literal, object, ref, string, type Schema } from './schema.ts'
import { exampleEnvironment, exampleEnvironmentKey } from './session-examples.ts'

const group = 'Environments'
const environments = '/v1/environments'
const item = '/v1/environments/:environment_id'
const keys = '/palimpsest/v1/environments/:environment_id/keys'

const fields: Readonly<Record<string, Schema>> = {
  name: { description: '1 to 256 characters.' },
  config: {
    description: '`cloud` (default) or `self_hosted`; packages and limited networking are refused.',
  },
  description: { description: 'At most 2,048 characters.' },
  metadata: {
    description: 'At most 16 pairs; `idle_assist: off` lets workers save memory when they like.',
  },
  scope: { description: '`organization`.' },
}

const createEnvironment = endpoint({
  verb: 'createEnvironment',
  method: 'POST',
  path: environments,
  query: {},
  body: { type: 'object', properties: fields, required: ['name'], additionalProperties: false },
  answer: ref('Environment'),
  docs: {
    group,
    summary: 'Create an environment',
    description:
      'Says who runs the tools of sessions: this server (`cloud`), or a worker of yours (`self_hosted`).',
    example: {
      body: { name: 'quickstart', config: { type: 'self_hosted' } },
      answer: exampleEnvironment,
    },
  },
  toInput: ({ body }) => nested(body),
  toRequest: (input) => ({ body: nestedBody(input) }),
  encode: encodeEnvironment,
  decode: decodeEnvironment,
})

const listEnvironments = endpoint({
  verb: 'listEnvironments',
  method: 'GET',
  path: environments,
  query: {
    include_archived: boolean('Whether archived ones are listed too.'),
    limit: limitField,
    page: pageField,
  },
  answer: pageSchema(ref('Environment')),
  docs: {
    group,
    summary: 'List environments',
    description: 'Newest first.',
    example: { answer: { data: [exampleEnvironment], next_page: null } },
  },
  toInput: ({ query }) => ({
    includeArchived: query.include_archived,
    limit: query.limit,
    page: query.page,
  }),
  toRequest: ({ includeArchived, limit, page }) => ({
    query: { include_archived: includeArchived, limit, page },
  }),
  encode: (page) => encodePage(page, encodeEnvironment),
  decode: (json, workspaceId) => decodePage(json, (it) => decodeEnvironment(it, workspaceId)),
})

const getEnvironment = endpoint({
  verb: 'getEnvironment',
  method: 'GET',
  path: item,
  query: {},
  answer: ref('Environment'),
  docs: {
    group,
    summary: 'Retrieve an environment',
    description: 'Archived ones too.',
    example: { answer: exampleEnvironment },
  },
  toInput: (request) => ({ environmentId: param(request, 'environment_id') }),
  toRequest: ({ environmentId }) => ({ params: { environment_id: environmentId } }),
  encode: encodeEnvironment,
  decode: decodeEnvironment,
})

const updateEnvironment = endpoint({
  verb: 'updateEnvironment',
  method: 'POST',
  path: item,
  query: {},
  body: { type: 'object', properties: fields, additionalProperties: false },
  answer: ref('Environment'),
  docs: {
    group,
    summary: 'Update an environment',
    description: 'Omitted fields stay; the kind cannot change.',
    example: { body: { name: 'quickstart' }, answer: exampleEnvironment },
  },
  toInput: (request) => ({
    environmentId: param(request, 'environment_id'),
    ...nested(request.body),
  }),
  toRequest: ({ environmentId, ...input }) => ({
    params: { environment_id: environmentId },
    body: nestedBody(input),
  }),
  encode: encodeEnvironment,
  decode: decodeEnvironment,
})

const archiveEnvironment = endpoint({
  verb: 'archiveEnvironment',
  method: 'POST',
  path: `${item}/archive`,
  query: {},
  answer: ref('Environment'),
  docs: {
    group,
    summary: 'Archive an environment',
    description: 'One-way: no new sessions.',
    example: { answer: { ...exampleEnvironment, archived_at: '2026-11-20T09:00:00.000Z' } },
  },
  toInput: (request) => ({ environmentId: param(request, 'environment_id') }),
  toRequest: ({ environmentId }) => ({ params: { environment_id: environmentId } }),
  encode: encodeEnvironment,
  decode: decodeEnvironment,
})

const deleteEnvironment = endpoint({
  verb: 'deleteEnvironment',
  method: 'DELETE',
  path: item,
  query: { force: boolean('Whether sessions may be left without it.') },
  answer: object({ id: string(), type: literal('environment_deleted') }),
  docs: {
    group,
    summary: 'Delete an environment',
    description: 'With its keys. Sessions that are not archived stand in the way, unless forced.',
    example: { answer: { id: exampleEnvironment.id, type: 'environment_deleted' } },
  },
  toInput: (request) => ({
    environmentId: param(request, 'environment_id'),
    force: request.query.force,
  }),
  toRequest: ({ environmentId, force }) => ({
    params: { environment_id: environmentId },
    query: { force },
  }),
  encode: ({ id }) => ({ id, type: 'environment_deleted' }),
  decode: decodeDeleted,
})

const createEnvironmentKey = endpoint({
  verb: 'createEnvironmentKey',
  method: 'POST',
  path: keys,
  query: {},
  body: {
    type: 'object',
    properties: { name: { description: '1 to 255 characters.' } },
    additionalProperties: false,
  },
  answer: ref('NewEnvironmentKey'),
  docs: {
    group,
    summary: 'Create an environment key',
    description: 'The credential of the workers of one environment. Its secret is shown this once.',
    example: {
      body: { name: 'worker' },
      answer: { ...exampleEnvironmentKey, secret: 'plm-env_…' },
    },
  },
  toInput: (request) => ({
    environmentId: param(request, 'environment_id'),
    name: request.body['name'],
  }),
  toRequest: ({ environmentId, name }) => ({
    params: { environment_id: environmentId },
    body: { name },
  }),
  encode: encodeNewEnvironmentKey,
  decode: decodeNewEnvironmentKey,
})

const listEnvironmentKeys = endpoint({
  verb: 'listEnvironmentKeys',
  method: 'GET',
  path: keys,
  query: {},
  answer: pageSchema(ref('EnvironmentKey')),
  docs: {
    group,
    summary: 'List environment keys',
    description: 'Oldest first, revoked ones included.',
    example: { answer: { data: [exampleEnvironmentKey], next_page: null } },
  },
  toInput: (request) => ({ environmentId: param(request, 'environment_id') }),
  toRequest: ({ environmentId }) => ({ params: { environment_id: environmentId } }),
  encode: (list) => encodeList(list, encodeEnvironmentKey),
  decode: (json, workspaceId) =>
    decodePage(json, (key) => decodeEnvironmentKey(key, workspaceId)).items,
})

const revokeEnvironmentKey = endpoint({
  verb: 'revokeEnvironmentKey',
  method: 'POST',
  path: `${keys}/:key_id/revoke`,
  query: {},
  answer: ref('EnvironmentKey'),
  docs: {
    group,
    summary: 'Revoke an environment key',
    description: 'It opens nothing from its next use on.',
    example: { answer: { ...exampleEnvironmentKey, revoked_at: '2026-11-20T09:00:00.000Z' } },
  },
  toInput: (request) => ({
    environmentId: param(request, 'environment_id'),
    keyId: param(request, 'key_id'),
  }),
  toRequest: ({ environmentId, keyId }) => ({
    params: { environment_id: environmentId, key_id: keyId },
  }),
  encode: encodeEnvironmentKey,
  decode: decodeEnvironmentKey,
})

export const environmentEndpoints = {
  createEnvironment,
  listEnvironments,
  getEnvironment,
  updateEnvironment,
  archiveEnvironment,
  deleteEnvironment,
  createEnvironmentKey,
  listEnvironmentKeys,
  revokeEnvironmentKey,
}
