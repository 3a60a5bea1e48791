import { operations } from '../domain/memory/version.ts'
import { endpoint, param } from './endpoint.ts'
import { viewField } from './memory-endpoints.ts'
import { createdFields, pageField, viewedLimitField } from './memory-store-endpoints.ts'
import { decodeVersion, encodeVersion, type WireVersion } from './memory-version.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { oneOf, text } from './query.ts'
import { ref } from './schema.ts'

const group = 'Memory versions'
const collection = '/v1/memory_stores/:memory_store_id/memory_versions'
const item = `${collection}/:memory_version_id`

const exampleVersion: WireVersion = {
  id: 'memver_011CZkZaBF1tNoB5wlCeusgz',
  created_at: '2026-11-20T08:00:00.000Z',
  memory_id: 'mem_011CZkZaBF1tNoB5wlCeusgy',
  memory_store_id: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  operation: 'created',
  type: 'memory_version',
  content: null,
  content_sha256: '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969',
  content_size_bytes: 5,
  created_by: { api_key_id: 'apikey_011CZkZaBF1tNoB5wlCeusgx', type: 'api_actor' },
  path: '/notes/greeting.md',
  redacted_at: null,
  redacted_by: null,
}

const listVersions = endpoint({
  verb: 'listVersions',
  method: 'GET',
  path: collection,
  query: {
    memory_id: text('Only versions of this memory, which may be deleted.'),
    operation: oneOf(operations, 'Only what such an operation left.'),
    session_id: text('Only what this session wrote.'),
    api_key_id: text('Only what this key wrote.'),
    service_account_id: text('Only what this service account wrote.'),
    ...createdFields,
    view: viewField('basic'),
    limit: viewedLimitField,
    page: pageField,
  },
  answer: pageSchema(ref('MemoryVersion')),
  docs: {
    group,
    summary: 'List versions',
    description: 'Newest first. Filters combine with AND.',
    example: {
      search: '?memory_id=mem_011CZkZaBF1tNoB5wlCeusgy',
      answer: { data: [exampleVersion], next_page: null },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    memoryId: request.query.memory_id,
    operation: request.query.operation,
    sessionId: request.query.session_id,
    apiKeyId: request.query.api_key_id,
    serviceAccountId: request.query.service_account_id,
    createdFrom: request.query['created_at[gte]'],
    createdTo: request.query['created_at[lte]'],
    view: request.query.view,
    limit: request.query.limit,
    page: request.query.page,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: {
      memory_id: input.memoryId,
      // The server says what is wrong with a word it does not know.
      operation: input.operation as WireVersion['operation'] | undefined,
      session_id: input.sessionId,
      api_key_id: input.apiKeyId,
      service_account_id: input.serviceAccountId,
      'created_at[gte]': input.createdFrom,
      'created_at[lte]': input.createdTo,
      view: input.view,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: (page) => encodePage(page, encodeVersion),
  decode: (json) => decodePage(json, decodeVersion),
})

export const exampleRedacted: WireVersion = {
  ...exampleVersion,
  content_sha256: null,
  content_size_bytes: null,
  path: null,
  redacted_at: '2026-11-20T09:00:00.000Z',
  redacted_by: exampleVersion.created_by,
}

const getVersion = endpoint({
  verb: 'getVersion',
  method: 'GET',
  path: item,
  query: { view: viewField('full') },
  answer: ref('MemoryVersion'),
  docs: {
    group,
    summary: 'Retrieve a version',
    description: 'A redacted version is answered with nulls; look at `redacted_at`.',
    example: { answer: { ...exampleVersion, content: 'Hello' } },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    versionId: param(request, 'memory_version_id'),
    view: request.query.view,
  }),
  toRequest: ({ storeId, versionId, view }) => ({
    params: { memory_store_id: storeId, memory_version_id: versionId },
    query: { view },
  }),
  encode: encodeVersion,
  decode: decodeVersion,
})

const redactVersion = endpoint({
  verb: 'redactVersion',
  method: 'POST',
  path: `${item}/redact`,
  query: {},
  answer: ref('MemoryVersion'),
  docs: {
    group,
    summary: 'Redact a version',
    description:
      'Destroys its content, path, hash and size, on disk too; that it happened stays. The current version of a live memory cannot be redacted. Needs an admin key.',
    example: { answer: exampleRedacted },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    versionId: param(request, 'memory_version_id'),
  }),
  toRequest: ({ storeId, versionId }) => ({
    params: { memory_store_id: storeId, memory_version_id: versionId },
  }),
  encode: encodeVersion,
  decode: decodeVersion,
})

export const memoryVersionEndpoints = { listVersions, getVersion, redactVersion }
