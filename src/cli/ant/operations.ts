/** How a flag's text becomes a value. `nullable` is text in which the word null means null. */
export type Kind = 'string' | 'nullable' | 'integer' | 'boolean' | 'map' | 'any' | 'list'

/** Where in the request a value goes; `local` ones stay here. */
type Place = 'path' | 'query' | 'header' | 'body' | 'local'

export interface Flag {
  readonly name: string
  readonly kind: Kind
  readonly place: Place
  /** The wire's name of it, also as a key of piped input. */
  readonly key: string
  readonly required?: boolean
  /** A second name in piped input. */
  readonly alias?: string
  /** Sets one field of another flag's map. */
  readonly within?: string
  readonly help: string
}

export interface Operation {
  readonly group: Group
  readonly verb: string
  readonly summary: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `{key}` for the flags whose place is the path. */
  readonly path: string
  readonly flags: readonly Flag[]
  /** The flag that one positional argument may stand for. */
  readonly positional: string | undefined
  readonly hasBody: boolean
  readonly isList: boolean
  readonly example: string
}

export const groups = [
  'beta:memory-stores',
  'beta:memory-stores:memories',
  'beta:memory-stores:memory-versions',
] as const
type Group = (typeof groups)[number]

const string = { kind: 'string' } as const
const query = { ...string, place: 'query' } as const
const body = { ...string, place: 'body' } as const

const storeId: Flag = {
  ...string,
  name: 'memory-store-id',
  place: 'path',
  key: 'memory_store_id',
  required: true,
  help: 'The store (memstore_…)',
}
const memoryId: Flag = {
  ...storeId,
  name: 'memory-id',
  key: 'memory_id',
  help: 'The memory (mem_…)',
}
const versionId: Flag = {
  ...storeId,
  name: 'memory-version-id',
  key: 'memory_version_id',
  help: 'The version (memver_…)',
}
const beta: Flag = {
  name: 'beta',
  kind: 'list',
  place: 'header',
  key: 'anthropic-beta',
  help: 'Replaces the built-in anthropic-beta value; may be repeated',
}
const view: Flag = { ...query, name: 'view', key: 'view', help: '"basic" or "full" (with content)' }
const limit: Flag = {
  name: 'limit',
  kind: 'integer',
  place: 'query',
  key: 'limit',
  help: 'Items per page, 1 to 100',
}
const page: Flag = { ...query, name: 'page', key: 'page', help: 'Start at this next_page value' }
const maxItems: Flag = {
  name: 'max-items',
  kind: 'integer',
  place: 'local',
  key: '',
  help: 'Stop after this many items; -1: all',
}
const createdFrom: Flag = {
  name: 'created-at-gte',
  kind: 'any',
  place: 'query',
  key: 'created_at[gte]',
  help: 'Created at this time or later',
}
const createdTo: Flag = {
  name: 'created-at-lte',
  kind: 'any',
  place: 'query',
  key: 'created_at[lte]',
  help: 'Created at this time or earlier',
}
const metadata: Flag = {
  name: 'metadata',
  kind: 'map',
  place: 'body',
  key: 'metadata',
  help: 'Key-value pairs, as YAML or JSON',
}
const paging: readonly Flag[] = [limit, page, beta, maxItems]

const stores = '/v1/memory_stores'
const store = `${stores}/{memory_store_id}`
const memories = `${store}/memories`
const memory = `${memories}/{memory_id}`
const versions = `${store}/memory_versions`
const version = `${versions}/{memory_version_id}`

type Draft = Omit<Operation, 'group' | 'hasBody' | 'isList'> & Partial<Operation>

function inGroup(group: Group, drafts: readonly Draft[]): Operation[] {
  return drafts.map((draft) => ({
    hasBody: false,
    isList: false,
    ...draft,
    group,
    example: `palimpsest ${group} ${draft.verb} ${draft.example}`.trimEnd(),
  }))
}

const storeOperations = inGroup('beta:memory-stores', [
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
      { ...metadata, help: 'Merge patch as YAML or JSON; null removes a key' },
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
    isList: true,
    positional: undefined,
    flags: [
      createdFrom,
      createdTo,
      {
        name: 'include-archived',
        kind: 'boolean',
        place: 'query',
        key: 'include_archived',
        help: 'Archived stores too',
      },
      ...paging,
    ],
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

const memoryOperations = inGroup('beta:memory-stores:memories', [
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
        within: 'precondition',
        help: '"content_sha256"',
      },
      {
        ...body,
        name: 'precondition.content-sha256',
        key: 'content_sha256',
        within: 'precondition',
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
    isList: true,
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

const versionOperations = inGroup('beta:memory-stores:memory-versions', [
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
    isList: true,
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

export const operations: readonly Operation[] = [
  ...storeOperations,
  ...memoryOperations,
  ...versionOperations,
]
