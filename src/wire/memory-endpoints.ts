import type { ContentView } from '../api.ts'
import { parseSha256 } from '../domain/memory/content.ts'
import { decodeDeleted, encodeDeletedMemory } from './deleted.ts'
import { endpoint, param } from './endpoint.ts'
import {
  contentSchema,
  decodeListItem,
  decodeMemory,
  encodeListItem,
  encodeMemory,
  pathSchema,
  type WireMemory,
} from './memory.ts'
import { pageField, viewedLimitField } from './memory-store-endpoints.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { expectedOf, precondition, preconditionSchema } from './precondition.ts'
import { integer, oneOf, text } from './query.ts'
import { ref } from './schema.ts'

const group = 'Memories'
const collection = '/v1/memory_stores/:memory_store_id/memories'
const item = `${collection}/:memory_id`

export function viewField(fallback: ContentView) {
  return oneOf(['basic', 'full'] as const, '`full` has the content, `basic` null in its place.', {
    default: fallback,
  })
}

export const exampleMemory: WireMemory = {
  id: 'mem_011CZkZaBF1tNoB5wlCeusgy',
  content_sha256: '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969',
  content_size_bytes: 5,
  created_at: '2026-11-20T08:00:00.000Z',
  memory_store_id: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  memory_version_id: 'memver_011CZkZaBF1tNoB5wlCeusgz',
  path: '/notes/greeting.md',
  type: 'memory',
  updated_at: '2026-11-20T08:00:00.000Z',
  content: null,
}

const createMemory = endpoint({
  verb: 'createMemory',
  method: 'POST',
  path: collection,
  query: { view: viewField('basic') },
  body: {
    type: 'object',
    properties: { path: pathSchema, content: contentSchema },
    required: ['path', 'content'],
    additionalProperties: false,
  },
  answer: ref('Memory'),
  docs: {
    group,
    summary: 'Create a memory',
    description:
      'Never overwrites: a path in use, above or below another memory is a `memory_path_conflict_error`.',
    example: { body: { path: '/notes/greeting.md', content: 'Hello' }, answer: exampleMemory },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    path: request.body['path'],
    content: request.body['content'],
    view: request.query.view,
  }),
  toRequest: ({ storeId, path, content, view }) => ({
    params: { memory_store_id: storeId },
    query: { view },
    body: { path, content },
  }),
  encode: encodeMemory,
  decode: decodeMemory,
})

const listMemories = endpoint({
  verb: 'listMemories',
  method: 'GET',
  path: collection,
  query: {
    path_prefix: text('Only what lives below this directory; starts and ends with "/".'),
    depth: integer('0: everything below. 1: direct children, the rest rolled up to directories.', {
      minimum: 0,
      maximum: 1,
      default: 0,
    }),
    view: viewField('basic'),
    limit: viewedLimitField,
    page: pageField,
  },
  answer: pageSchema(ref('MemoryListItem')),
  docs: {
    group,
    summary: 'List memories',
    description: 'In the byte order of their paths.',
    example: {
      search: '?path_prefix=%2Fnotes%2F&depth=1',
      answer: {
        data: [exampleMemory, { path: '/notes/old/', type: 'memory_prefix' }],
        next_page: null,
      },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    pathPrefix: request.query.path_prefix,
    depth: request.query.depth,
    view: request.query.view,
    limit: request.query.limit,
    page: request.query.page,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: {
      path_prefix: input.pathPrefix,
      depth: input.depth,
      view: input.view,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: (page) => encodePage(page, encodeListItem),
  decode: (json) => decodePage(json, decodeListItem),
})

const getMemory = endpoint({
  verb: 'getMemory',
  method: 'GET',
  path: item,
  query: { view: viewField('full') },
  answer: ref('Memory'),
  docs: {
    group,
    summary: 'Retrieve a memory',
    description: 'Its current state; a deleted memory is gone, its versions are not.',
    example: { answer: { ...exampleMemory, content: 'Hello' } },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    memoryId: param(request, 'memory_id'),
    view: request.query.view,
  }),
  toRequest: ({ storeId, memoryId, view }) => ({
    params: { memory_store_id: storeId, memory_id: memoryId },
    query: { view },
  }),
  encode: encodeMemory,
  decode: decodeMemory,
})

const updateMemory = endpoint({
  verb: 'updateMemory',
  method: 'POST',
  alias: 'PATCH',
  path: item,
  query: { view: viewField('basic') },
  body: {
    type: 'object',
    properties: {
      content: { ...contentSchema, type: ['string', 'null'] },
      path: { ...pathSchema, type: ['string', 'null'] },
      precondition: preconditionSchema,
    },
    additionalProperties: false,
  },
  answer: ref('Memory'),
  docs: {
    group,
    summary: 'Update or rename a memory',
    description:
      'Fields that are omitted or null stay. A change of content, path or both makes one version; no change makes none. With a stale precondition: `memory_precondition_failed_error`, unless the memory already is what was asked for.',
    example: {
      body: {
        content: 'Hello again',
        precondition: {
          type: 'content_sha256',
          content_sha256: exampleMemory.content_sha256,
        },
      },
      answer: {
        ...exampleMemory,
        content_sha256: 'c45705cb99bf37cc8741849696c3da3d33c0c3fb5ca78887dbdbe9001b03e627',
        content_size_bytes: 11,
        memory_version_id: 'memver_011CZkZaBF1tNoB5wmDfvthA',
        updated_at: '2026-11-20T09:00:00.000Z',
      },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    memoryId: param(request, 'memory_id'),
    content: request.body['content'],
    path: request.body['path'],
    expectedSha256: expectedOf(request.body['precondition']),
    view: request.query.view,
  }),
  toRequest: ({ storeId, memoryId, content, path, expectedSha256, view }) => ({
    params: { memory_store_id: storeId, memory_id: memoryId },
    query: { view },
    body: { content, path, precondition: precondition(expectedSha256) },
  }),
  encode: encodeMemory,
  decode: decodeMemory,
})

const deleteMemory = endpoint({
  verb: 'deleteMemory',
  method: 'DELETE',
  path: item,
  query: {
    // An empty value must not turn a guarded delete into an unguarded one: it is read, and refused.
    expected_content_sha256: text('Delete only if this is the hash of the current content.', {
      keepsEmpty: true,
    }),
  },
  answer: ref('DeletedMemory'),
  docs: {
    group,
    summary: 'Delete a memory',
    description: 'Its path is free at once; its versions stay readable while they are retained.',
    example: { answer: { id: exampleMemory.id, type: 'memory_deleted' } },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    memoryId: param(request, 'memory_id'),
    expectedSha256: request.query.expected_content_sha256,
  }),
  toRequest: ({ storeId, memoryId, expectedSha256 }) => ({
    params: { memory_store_id: storeId, memory_id: memoryId },
    query: {
      expected_content_sha256:
        expectedSha256 === undefined
          ? undefined
          : parseSha256(expectedSha256, 'expected_content_sha256'),
    },
  }),
  encode: encodeDeletedMemory,
  decode: decodeDeleted,
})

export const memoryEndpoints = {
  createMemory,
  listMemories,
  getMemory,
  updateMemory,
  deleteMemory,
}
