// The fourteen hosted operations of the Api through an official SDK, translated by literals and not
// by our own wire: what is tested is that a foreign client sees the same behaviour.
import type Anthropic from '@anthropic-ai/sdk'
import type { Api } from '../../src/api.ts'
import { DomainError, type ErrorCode, type LimitCode } from '../../src/domain/errors.ts'
import type { ListItem, Memory } from '../../src/domain/memory/memory.ts'
import type { Store } from '../../src/domain/memory/store.ts'
import type { Version } from '../../src/domain/memory/version.ts'

type Wire = Readonly<Record<string, unknown>>

const codes: Readonly<Record<string, ErrorCode>> = {
  invalid_request_error: 'invalid',
  authentication_error: 'unauthenticated',
  permission_error: 'forbidden',
  not_found_error: 'not_found',
  conflict_error: 'conflict',
  memory_precondition_failed_error: 'precondition_failed',
  memory_path_conflict_error: 'path_conflict',
  request_too_large: 'too_large',
}

const details: Readonly<Record<string, ErrorCode>> = {
  memory_store_archived: 'archived',
  memory_version_is_head: 'head_version',
  memory_store_full: 'limit',
  memory_store_bytes_exceeded: 'limit',
  memory_versions_exceeded: 'limit',
  memory_stores_exceeded: 'limit',
}

interface SdkError {
  readonly error?: { readonly error?: Wire }
}

function problemOf(thrown: unknown): unknown {
  const error = (thrown as SdkError).error?.error
  if (error === undefined) return thrown
  const detail = String((error['details'] as Wire | undefined)?.['error_code'])
  const code = details[detail] ?? codes[String(error['type'])]
  if (code === undefined) return thrown
  const message = String(error['message'])
  if (code === 'limit') return new DomainError({ code, message, limit: detail as LimitCode })
  if (code !== 'path_conflict') return new DomainError({ code, message } as never)
  const conflictingMemoryId = String(error['conflicting_memory_id'])
  const conflictingPath = String(error['conflicting_path'])
  return new DomainError({ code, message, conflictingMemoryId, conflictingPath })
}

const timeOf = (text: unknown) => (text === null ? undefined : Date.parse(text as string))
const orUndefined = (value: unknown) => value ?? undefined

function actorOf(actor: unknown): unknown {
  return actor === null ? undefined : (actor as Wire)['api_key_id']
}

function memoryOf(wire: Wire): Memory {
  return {
    id: wire['id'],
    storeId: wire['memory_store_id'],
    path: wire['path'],
    versionId: wire['memory_version_id'],
    sha256: wire['content_sha256'],
    sizeBytes: wire['content_size_bytes'],
    createdAt: timeOf(wire['created_at']),
    updatedAt: timeOf(wire['updated_at']),
    content: orUndefined(wire['content']),
  } as Memory
}

function itemOf(wire: Wire): ListItem {
  return wire['type'] === 'memory' ? memoryOf(wire) : ({ prefix: wire['path'] } as ListItem)
}

function versionOf(wire: Wire): Version {
  return {
    id: wire['id'],
    storeId: wire['memory_store_id'],
    memoryId: wire['memory_id'],
    operation: wire['operation'],
    path: orUndefined(wire['path']),
    sha256: orUndefined(wire['content_sha256']),
    sizeBytes: orUndefined(wire['content_size_bytes']),
    content: orUndefined(wire['content']),
    createdAt: timeOf(wire['created_at']),
    createdBy: actorOf(wire['created_by']),
    redactedAt: timeOf(wire['redacted_at']),
    redactedBy: actorOf(wire['redacted_by']),
  } as Version
}

function times({ createdFrom, createdTo }: { createdFrom?: unknown; createdTo?: unknown }) {
  const iso = (time: unknown) =>
    time === undefined ? undefined : new Date(Number(time)).toISOString()
  return { 'created_at[gte]': iso(createdFrom), 'created_at[lte]': iso(createdTo) }
}

function precondition(expectedSha256: unknown) {
  if (expectedSha256 === undefined) return {}
  return { precondition: { type: 'content_sha256', content_sha256: expectedSha256 } }
}

async function call<Value>(send: () => PromiseLike<unknown>, read: (wire: Wire) => Value) {
  try {
    return read((await send()) as Wire)
  } catch (error) {
    throw problemOf(error)
  }
}

const pageOf =
  <Item>(read: (wire: Wire) => Item) =>
  (page: Wire) => ({
    items: (page['data'] as Wire[]).map(read),
    nextPage: orUndefined(page['next_page']) as string | undefined,
  })

/** @param rest serves the verbs that the hosted API does not have */
export function officialApi(client: Anthropic, rest: Api, workspaceId: string): Api {
  const storeOf = (wire: Wire) =>
    ({
      id: wire['id'],
      workspaceId,
      name: wire['name'],
      description: wire['description'],
      metadata: wire['metadata'],
      createdAt: timeOf(wire['created_at']),
      updatedAt: timeOf(wire['updated_at']),
      archivedAt: timeOf(wire['archived_at']),
    }) as Store
  const deletedOf = (wire: Wire) => ({ id: String(wire['id']) })
  const stores = client.beta.memoryStores
  const { memories, memoryVersions: versions } = stores
  return {
    ...rest,
    createStore: (input) => call(() => stores.create(input as never), storeOf),
    listStores: ({ limit, page, includeArchived, ...filter }) => {
      const query = { limit, page, include_archived: includeArchived, ...times(filter) }
      return call(() => stores.list(query as never), pageOf(storeOf))
    },
    getStore: ({ storeId }) => call(() => stores.retrieve(storeId), storeOf),
    updateStore: ({ storeId, ...patch }) =>
      call(() => stores.update(storeId, patch as never), storeOf),
    archiveStore: ({ storeId }) => call(() => stores.archive(storeId), storeOf),
    deleteStore: ({ storeId }) => call(() => stores.delete(storeId), deletedOf),
    createMemory: ({ storeId, ...body }) =>
      call(() => memories.create(storeId, body as never), memoryOf),
    listMemories: ({ storeId, pathPrefix, ...query }) =>
      call(
        () => memories.list(storeId, { ...query, path_prefix: pathPrefix } as never),
        pageOf(itemOf),
      ),
    getMemory: ({ storeId, memoryId, view }) =>
      call(
        () => memories.retrieve(memoryId, { memory_store_id: storeId, view } as never),
        memoryOf,
      ),
    updateMemory: ({ storeId, memoryId, expectedSha256, ...change }) => {
      const params = { memory_store_id: storeId, ...change, ...precondition(expectedSha256) }
      return call(() => memories.update(memoryId, params as never), memoryOf)
    },
    deleteMemory: ({ storeId, memoryId, expectedSha256 }) => {
      const params = { memory_store_id: storeId, expected_content_sha256: expectedSha256 }
      return call(() => memories.delete(memoryId, params as never), deletedOf)
    },
    listVersions: ({ storeId, limit, page, view, memoryId, operation, ...filter }) => {
      const query = {
        limit,
        page,
        view,
        operation,
        memory_id: memoryId,
        session_id: filter.sessionId,
        api_key_id: filter.apiKeyId,
        service_account_id: filter.serviceAccountId,
        ...times(filter),
      }
      return call(() => versions.list(storeId, query as never), pageOf(versionOf))
    },
    getVersion: ({ storeId, versionId, view }) =>
      call(
        () => versions.retrieve(versionId, { memory_store_id: storeId, view } as never),
        versionOf,
      ),
    redactVersion: ({ storeId, versionId }) =>
      call(() => versions.redact(versionId, { memory_store_id: storeId }), versionOf),
  }
}
