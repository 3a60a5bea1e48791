import {
  beta,
  body,
  createdFrom,
  createdTo,
  idFlag,
  includeArchived,
  inGroup,
  metadata,
  metadataPatch,
  paging,
  query,
  type Flag,
  type Operation,
} from './operation.ts'

const header = 'agent-memory-2026-07-22'

const storeId = idFlag('memory-store-id', 'The store (memstore_…)')
const memoryId = idFlag('memory-id', 'The memory (mem_…)')
const versionId = idFlag('memory-version-id', 'The version (memver_…)')
const view: Flag = { ...query, name: 'view', key: 'view', help: '"basic" or "full" (with content)' }

const stores = '/v1/memory_stores'
const store = `${stores}/{memory_store_id}`
const memories = `${store}/memories`
const memory = `${memories}/{memory_id}`
const versions = `${store}/memory_versions`
const version = `${versions}/{memory_version_id}`

const storeOperations = inGroup({ group: 'beta:memory-stores', header }, [
  {
    verb: 'create',
    summary: 'Create a memory store',
    method: 'POST',
    path: stores,
    hasBody: true,
    positional: undefined,
    flags: [
      { ...body, name: 'name', key: 'name', required: true, help: '1 to 255 characters' },
      { ...body, name: 'description', key: 'description', help: 'What the store contains' },
      metadata,
      beta,
    ],
    example: '--name "User Preferences" --transform id --raw-output',
  },
  {
    verb: 'retrieve',
    summary: 'Retrieve a memory store',
    method: 'GET',
    path: store,
    positional: 'memory-store-id',
    flags: [storeId, beta],
    example: 'memstore_…',
  },
  {
    verb: 'update',
    summary: 'Update a memory store',
    method: 'POST',
    path: store,
    hasBody: true,
    positional: 'memory-store-id',
    flags: [
      { ...storeId, alias: 'id' },
      {
        ...body,
        kind: 'nullable',
        name: 'description',
        key: 'description',
        help: 'New description; "" clears it',
      },
      metadataPatch,
      { ...body, kind: 'nullable', name: 'name', key: 'name', help: 'New name' },
      beta,
    ],
    example: 'memstore_… --metadata "{team: docs, old: null}"',
  },
  {
    verb: 'list',
    summary: 'List memory stores',
    method: 'GET',
    path: stores,
    answer: 'page',
    positional: undefined,
    flags: [createdFrom, createdTo, includeArchived, ...paging],
    example: '--include-archived --max-items 10',
  },
  {
    verb: 'delete',
    summary: 'Delete a memory store with everything in it',
    method: 'DELETE',
    path: store,
    positional: 'memory-store-id',
    flags: [storeId, beta],
    example: 'memstore_…',
  },
  {
    verb: 'archive',
    summary: 'Archive a memory store',
    method: 'POST',
    path: `${store}/archive`,
    positional: 'memory-store-id',
    flags: [storeId, beta],
    example: 'memstore_…',
  },
])

const memoryItemOperations = inGroup({ group: 'beta:memory-stores:memories', header }, [
  {
    verb: 'create',
    summary: 'Create a memory',
    method: 'POST',
    path: memories,
    hasBody: true,
    positional: 'memory-store-id',
    flags: [
      storeId,
      {
        ...body,
        kind: 'nullable',
        name: 'content',
        key: 'content',
        required: true,
        help: 'UTF-8 text, at most 102,400 bytes; @FILE reads a file',
      },
      { ...body, name: 'path', key: 'path', required: true, help: 'Like /projects/notes.md' },
      view,
      beta,
    ],
    example: '--memory-store-id memstore_… --path /notes.md --content @notes.md',
  },
  {
    verb: 'retrieve',
    summary: 'Retrieve a memory',
    method: 'GET',
    path: memory,
    positional: 'memory-id',
    flags: [storeId, memoryId, view, beta],
    example: '--memory-store-id memstore_… --memory-id mem_… --transform content -r',
  },
  {
    verb: 'update',
    summary: 'Update a memory',
    method: 'POST',
    path: memory,
    hasBody: true,
    positional: 'memory-id',
    flags: [
      storeId,
      { ...memoryId, alias: 'id' },
      view,
      { ...body, kind: 'nullable', name: 'content', key: 'content', help: 'New content' },
      { ...body, kind: 'nullable', name: 'path', key: 'path', help: 'New path: a rename' },
      {
        name: 'precondition',
        kind: 'map',
        place: 'body',
        key: 'precondition',
        help: 'Update only if this holds, as YAML or JSON',
      },
      {
        ...body,
        name: 'precondition.type',
        key: 'type',
        within: { flag: 'precondition' },
        help: '"content_sha256"',
      },
      {
        ...body,
        name: 'precondition.content-sha256',
        key: 'content_sha256',
        within: { flag: 'precondition' },
        help: 'The SHA-256 that the current content must have',
      },
      beta,
    ],
    example: '--memory-store-id memstore_… --memory-id mem_… --content "New text"',
  },
  {
    verb: 'list',
    summary: 'List memories',
    method: 'GET',
    path: memories,
    answer: 'page',
    positional: 'memory-store-id',
    flags: [
      storeId,
      {
        name: 'depth',
        kind: 'integer',
        place: 'query',
        key: 'depth',
        help: '0: everything below the prefix; 1: direct children',
      },
      { ...query, name: 'path-prefix', key: 'path_prefix', help: 'Like /notes/, ends with "/"' },
      view,
      ...paging,
    ],
    example: '--memory-store-id memstore_… --path-prefix /notes/ --transform path -r',
  },
  {
    verb: 'delete',
    summary: 'Delete a memory',
    method: 'DELETE',
    path: memory,
    positional: 'memory-id',
    flags: [
      storeId,
      memoryId,
      {
        ...query,
        name: 'expected-content-sha256',
        key: 'expected_content_sha256',
        help: 'Delete only if the content has this SHA-256',
      },
      beta,
    ],
    example: '--memory-store-id memstore_… --memory-id mem_…',
  },
])

const versionOperations = inGroup({ group: 'beta:memory-stores:memory-versions', header }, [
  {
    verb: 'retrieve',
    summary: 'Retrieve a memory version',
    method: 'GET',
    path: version,
    positional: 'memory-version-id',
    flags: [storeId, versionId, view, beta],
    example: '--memory-store-id memstore_… --memory-version-id memver_…',
  },
  {
    verb: 'list',
    summary: 'List memory versions',
    method: 'GET',
    path: versions,
    answer: 'page',
    positional: 'memory-store-id',
    flags: [
      storeId,
      { ...query, name: 'api-key-id', key: 'api_key_id', help: 'Written with this key' },
      createdFrom,
      createdTo,
      { ...query, name: 'memory-id', key: 'memory_id', help: 'Of this memory' },
      { ...query, name: 'operation', key: 'operation', help: 'created, modified or deleted' },
      {
        ...query,
        name: 'service-account-id',
        key: 'service_account_id',
        help: 'Written by this service account',
      },
      { ...query, name: 'session-id', key: 'session_id', help: 'Written in this session' },
      view,
      ...paging,
    ],
    example: '--memory-store-id memstore_… --memory-id mem_… --max-items 5',
  },
  {
    verb: 'redact',
    summary: 'Erase the content of a memory version',
    method: 'POST',
    path: `${version}/redact`,
    positional: 'memory-version-id',
    flags: [storeId, versionId, beta],
    example: '--memory-store-id memstore_… --memory-version-id memver_…',
  },
])

export const memoryOperations: readonly Operation[] = [
  ...storeOperations,
  ...memoryItemOperations,
  ...versionOperations,
]
