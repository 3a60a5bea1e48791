import {
  batchBodySchema,
  decodeBatchResult,
  decodeOperations,
  encodeBatchResult,
  encodeOperation,
} from './batch.ts'
import {
  decodeChange,
  decodeChangePage,
  encodeChange,
  encodeChangePage,
  type WireChange,
} from './change.ts'
import { endpoint, param } from './endpoint.ts'
import { exampleMemory } from './memory-endpoints.ts'
import { integer, text, texts } from './query.ts'
import { ref } from './schema.ts'
import {
  decodeStoresChangePage,
  encodeStoresChangePage,
  formatPosition,
  parsePosition,
} from './stores-changes.ts'
import { decodeUsage, encodeUsage, type WireUsage } from './usage.ts'

const group = 'Palimpsest: stores'
const store = '/palimpsest/v1/memory_stores/:memory_store_id'
const storeId = 'memstore_018EeWyXxfu5pfWkrYcMdjWG'

const exampleUsage: WireUsage = {
  content_size_bytes: 5,
  content_size_bytes_max: 104_857_600,
  history_from: 1,
  memories: 1,
  memories_max: 2_000,
  memory_store_id: storeId,
  seq: 2,
  type: 'memory_store_usage',
  versions: 1,
  versions_max: 250_000,
}

export const exampleChange: WireChange = {
  seq: 2,
  kind: 'created',
  type: 'memory_store_change',
  content_sha256: '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969',
  content_size_bytes: 5,
  created_at: '2026-11-20T08:00:00.000Z',
  created_by: { api_key_id: 'apikey_011CZkZaBF1tNoB5wlCeusgx', type: 'api_actor' },
  door: 'http',
  memory_id: 'mem_011CZkZaBF1tNoB5wlCeusgy',
  memory_store_id: storeId,
  memory_version_id: 'memver_011CZkZaBF1tNoB5wlCeusgz',
  path: '/notes/greeting.md',
  previous_path: null,
  request_id: 'req_018EeWyXxfu5pfWkrYcMdjWG',
}

const getUsage = endpoint({
  verb: 'getUsage',
  method: 'GET',
  path: `${store}/usage`,
  query: {},
  answer: ref('MemoryStoreUsage'),
  docs: {
    group,
    summary: 'Usage of a store',
    description: 'What it holds beside the limits that hold for it.',
    example: { answer: exampleUsage },
  },
  toInput: (request) => ({ storeId: param(request, 'memory_store_id') }),
  toRequest: (input) => ({ params: { memory_store_id: input.storeId } }),
  encode: encodeUsage,
  decode: decodeUsage,
})

const applyBatch = endpoint({
  verb: 'applyBatch',
  method: 'POST',
  path: `${store}/batch`,
  query: {},
  body: batchBodySchema,
  answer: ref('BatchResult'),
  docs: {
    group,
    summary: 'Write several memories at once',
    description:
      'Creates, updates, renames, deletes and moves of directories, in order and in one commit: all of them happen, or none. A move is refused once the operations before it make 5,000 changes.',
    example: {
      body: {
        operations: [
          { type: 'move', from: '/drafts/', to: '/notes/' },
          { type: 'delete', target: { path: '/notes/old.md' } },
        ],
      },
      answer: {
        data: [
          {
            data: [
              {
                ...exampleMemory,
                memory_version_id: 'memver_011CZkZaBF1tNoB5wmDfvthA',
                updated_at: '2026-11-20T09:00:00.000Z',
              },
            ],
            type: 'memories_moved',
          },
          { id: 'mem_011CZkZaBF1tNoB5wkBdtrfx', type: 'memory_deleted' },
        ],
        seq: 5,
      },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    operations: decodeOperations(request.body['operations']),
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    body: { operations: input.operations.map(encodeOperation) },
  }),
  encode: encodeBatchResult,
  decode: decodeBatchResult,
})

const afterField = integer('Go on after this sequence; 0 starts at the oldest retained change.', {
  minimum: 0,
  default: 0,
})
const prefixField = text('Only changes of memories below this directory; starts and ends with "/".')

const listChanges = endpoint({
  verb: 'listChanges',
  method: 'GET',
  path: `${store}/changes`,
  query: {
    after: afterField,
    path_prefix: prefixField,
    limit: integer('Changes of the page.', { minimum: 1, maximum: 1_000, default: 100 }),
    wait_ms: integer('Milliseconds that an empty page waits for the next change.', {
      minimum: 0,
      maximum: 60_000,
      default: 0,
    }),
  },
  answer: ref('ChangePage'),
  docs: {
    group,
    summary: 'Changes of a store',
    description:
      'The feed in commit order, a page at a time. With `accept: text/event-stream` the same feed comes as server-sent events without end: `event` is the kind, `id` the sequence, `data` the change; it resumes by `after` or `last-event-id`.',
    example: { search: '?after=1', answer: { data: [exampleChange], seq: 2 } },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    after: request.query.after,
    pathPrefix: request.query.path_prefix,
    limit: request.query.limit,
    waitMs: request.query.wait_ms,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: {
      after: input.after,
      path_prefix: input.pathPrefix,
      limit: input.limit,
      wait_ms: input.waitMs,
    },
  }),
  encode: encodeChangePage,
  decode: decodeChangePage,
})

const watchChanges = endpoint({
  verb: 'watchChanges',
  method: 'GET',
  path: `${store}/changes`,
  stream: true,
  query: { after: afterField, path_prefix: prefixField },
  answer: ref('Change'),
  docs: {
    group,
    summary: 'Follow a store',
    description: 'The change feed as server-sent events.',
    example: { search: '?after=1', answer: exampleChange },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    after: request.query.after,
    pathPrefix: request.query.path_prefix,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: { after: input.after, path_prefix: input.pathPrefix },
  }),
  encode: encodeChange,
  decode: decodeChange,
})

const several = {
  'stores[]': texts(
    'A store, and behind ":" the sequence after which to go on: `memstore_…:12`. 1 to 100 of them.',
  ),
}

const listStoresChanges = endpoint({
  verb: 'listStoresChanges',
  method: 'GET',
  path: '/palimpsest/v1/changes',
  query: {
    ...several,
    limit: integer('Changes of all stores.', { minimum: 1, maximum: 1_000, default: 100 }),
    wait_ms: integer('Milliseconds that an empty page waits for the next change.', {
      minimum: 0,
      maximum: 60_000,
      default: 0,
    }),
  },
  answer: ref('StoresChangePage'),
  docs: {
    group,
    summary: 'Changes of several stores',
    description:
      'The feeds of several stores, each with a sequence of its own. With `accept: text/event-stream` they come as one stream without end, whose `id` says where it is in each store; it resumes by `last-event-id`.',
    example: {
      search: `?stores[]=${storeId}:1`,
      answer: { data: [exampleChange], stores: [{ memory_store_id: storeId, seq: 2 }] },
    },
  },
  toInput: ({ query }) => ({
    stores: (query['stores[]'] ?? []).map((position) => parsePosition(position)),
    limit: query.limit,
    waitMs: query.wait_ms,
  }),
  toRequest: (input) => ({
    query: {
      'stores[]': input.stores.map(formatPosition),
      limit: input.limit,
      wait_ms: input.waitMs,
    },
  }),
  encode: encodeStoresChangePage,
  decode: decodeStoresChangePage,
})

const watchStoresChanges = endpoint({
  verb: 'watchStoresChanges',
  method: 'GET',
  path: '/palimpsest/v1/changes',
  stream: true,
  query: several,
  answer: ref('Change'),
  docs: {
    group,
    summary: 'Follow several stores',
    description: 'Their change feeds as one stream of server-sent events.',
    example: { search: `?stores[]=${storeId}:1`, answer: exampleChange },
  },
  toInput: ({ query }) => ({
    stores: (query['stores[]'] ?? []).map((position) => parsePosition(position)),
  }),
  toRequest: (input) => ({ query: { 'stores[]': input.stores.map(formatPosition) } }),
  encode: encodeChange,
  decode: decodeChange,
})

export const ownEndpoints = {
  getUsage,
  applyBatch,
  listChanges,
  watchChanges,
  listStoresChanges,
  watchStoresChanges,
}
