import { endpoint, param } from './endpoint.ts'
import { decodeDeleted, encodeDeletedStore } from './deleted.ts'
import { decodeStore, encodeStore, type WireStore } from './memory-store.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { boolean, integer, text, timeBound } from './query.ts'
import { ref, type Schema } from './schema.ts'

const group = 'Memory stores'
const item = '/v1/memory_stores/:memory_store_id'

const exampleStore: WireStore = {
  id: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  archived_at: null,
  created_at: '2026-11-20T08:00:00.000Z',
  description: 'What the user likes and how they work.',
  metadata: { team: 'research' },
  name: 'User Preferences',
  type: 'memory_store',
  updated_at: '2026-11-20T08:00:00.000Z',
}

const pageRange = { minimum: 1, maximum: 100, default: 20 } as const
export const limitField = integer('Items of the page.', pageRange)
/** Of the lists that have a view. */
export const viewedLimitField = integer(
  'Items of the page; with `view=full` at most 20.',
  pageRange,
)
export const pageField = text('The `next_page` of the page before; empty for the first one.')
export const createdFields = {
  'created_at[gte]': timeBound('up', 'Created at this time or later.'),
  'created_at[lte]': timeBound('down', 'Created at this time or earlier.'),
}

const nameSchema: Schema = {
  type: 'string',
  description: '1 to 255 characters, no control characters. Need not be unique.',
}
const descriptionSchema: Schema = {
  type: ['string', 'null'],
  description: 'At most 1,024 characters.',
}

const createStore = endpoint({
  verb: 'createStore',
  method: 'POST',
  path: '/v1/memory_stores',
  query: {},
  body: {
    type: 'object',
    properties: {
      name: nameSchema,
      description: descriptionSchema,
      metadata: {
        type: ['object', 'null'],
        additionalProperties: { type: 'string' },
        description: 'At most 16 pairs; keys of 1 to 64, values of at most 512 characters.',
      },
    },
    required: ['name'],
    additionalProperties: false,
  },
  answer: ref('MemoryStore'),
  docs: {
    group,
    summary: 'Create a memory store',
    description: 'Makes an empty store in the workspace of the key.',
    example: {
      body: {
        name: 'User Preferences',
        description: 'What the user likes and how they work.',
        metadata: { team: 'research' },
      },
      answer: exampleStore,
    },
  },
  toInput: ({ body }) => ({
    name: body['name'],
    description: body['description'],
    metadata: body['metadata'],
  }),
  toRequest: ({ name, description, metadata }) => ({ body: { name, description, metadata } }),
  encode: encodeStore,
  decode: decodeStore,
})

const listStores = endpoint({
  verb: 'listStores',
  method: 'GET',
  path: '/v1/memory_stores',
  query: {
    ...createdFields,
    include_archived: boolean('Whether archived stores are listed too.'),
    limit: limitField,
    page: pageField,
  },
  answer: pageSchema(ref('MemoryStore')),
  docs: {
    group,
    summary: 'List memory stores',
    description: 'Newest first.',
    example: { search: '?limit=20', answer: { data: [exampleStore], next_page: null } },
  },
  toInput: ({ query }) => ({
    createdFrom: query['created_at[gte]'],
    createdTo: query['created_at[lte]'],
    includeArchived: query.include_archived,
    limit: query.limit,
    page: query.page,
  }),
  toRequest: (input) => ({
    query: {
      'created_at[gte]': input.createdFrom,
      'created_at[lte]': input.createdTo,
      include_archived: input.includeArchived,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: (page) => encodePage(page, encodeStore),
  decode: (json, workspaceId) => decodePage(json, (store) => decodeStore(store, workspaceId)),
})

const getStore = endpoint({
  verb: 'getStore',
  method: 'GET',
  path: item,
  query: {},
  answer: ref('MemoryStore'),
  docs: {
    group,
    summary: 'Retrieve a memory store',
    description: 'Archived stores are retrievable; deleted ones are gone.',
    example: { answer: exampleStore },
  },
  toInput: (request) => ({ storeId: param(request, 'memory_store_id') }),
  toRequest: ({ storeId }) => ({ params: { memory_store_id: storeId } }),
  encode: encodeStore,
  decode: decodeStore,
})

const updateStore = endpoint({
  verb: 'updateStore',
  method: 'POST',
  alias: 'PATCH',
  path: item,
  query: {},
  body: {
    type: 'object',
    properties: {
      name: { ...nameSchema, type: ['string', 'null'] },
      description: descriptionSchema,
      metadata: {
        type: ['object', 'null'],
        additionalProperties: { type: ['string', 'null'] },
        description: 'Merged into what is there: a string sets, null removes a key.',
      },
    },
    additionalProperties: false,
  },
  answer: ref('MemoryStore'),
  docs: {
    group,
    summary: 'Update a memory store',
    description:
      'Fields that are omitted or null stay; `description: ""` clears. An archived store cannot be updated.',
    example: {
      body: { name: 'Preferences', metadata: { team: null } },
      answer: {
        ...exampleStore,
        metadata: {},
        name: 'Preferences',
        updated_at: '2026-11-20T09:00:00.000Z',
      },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    name: request.body['name'],
    description: request.body['description'],
    metadata: request.body['metadata'],
  }),
  toRequest: ({ storeId, name, description, metadata }) => ({
    params: { memory_store_id: storeId },
    body: { name, description, metadata },
  }),
  encode: encodeStore,
  decode: decodeStore,
})

const archiveStore = endpoint({
  verb: 'archiveStore',
  method: 'POST',
  path: `${item}/archive`,
  query: {},
  answer: ref('MemoryStore'),
  docs: {
    group,
    summary: 'Archive a memory store',
    description:
      'One-way. An archived store can be read, its memories deleted and versions redacted, but nothing created or updated.',
    example: {
      answer: {
        ...exampleStore,
        archived_at: '2026-11-20T09:00:00.000Z',
        updated_at: '2026-11-20T09:00:00.000Z',
      },
    },
  },
  toInput: (request) => ({ storeId: param(request, 'memory_store_id') }),
  toRequest: ({ storeId }) => ({ params: { memory_store_id: storeId } }),
  encode: encodeStore,
  decode: decodeStore,
})

const deleteStore = endpoint({
  verb: 'deleteStore',
  method: 'DELETE',
  path: item,
  query: {},
  answer: ref('DeletedMemoryStore'),
  docs: {
    group,
    summary: 'Delete a memory store',
    description: 'For ever, with all its memories and versions. Needs an admin key.',
    example: { answer: { id: exampleStore.id, type: 'memory_store_deleted' } },
  },
  toInput: (request) => ({ storeId: param(request, 'memory_store_id') }),
  toRequest: ({ storeId }) => ({ params: { memory_store_id: storeId } }),
  encode: encodeDeletedStore,
  decode: decodeDeleted,
})

export const memoryStoreEndpoints = {
  createStore,
  listStores,
  getStore,
  updateStore,
  archiveStore,
  deleteStore,
}
