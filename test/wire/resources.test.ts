// The JSON of each resource, spelled out, and what a client makes of it again.
import { expect, test } from 'vitest'
import type { StoreId } from '../../src/domain/ids.ts'
import { memoryIdAt, versionIdAt, type RequestId, type WorkspaceId } from '../../src/domain/ids.ts'
import type { Sha256 } from '../../src/domain/memory/content.ts'
import type { Memory } from '../../src/domain/memory/memory.ts'
import type { Path, Prefix } from '../../src/domain/memory/path.ts'
import type { Store } from '../../src/domain/memory/store.ts'
import type { Change, Version } from '../../src/domain/memory/version.ts'
import { decodeBatchResult, encodeBatchResult } from '../../src/wire/batch.ts'
import { decodeChange, encodeChange } from '../../src/wire/change.ts'
import { encodeDeletedMemory, encodeDeletedStore } from '../../src/wire/deleted.ts'
import {
  decodeListItem,
  decodeMemory,
  encodeListItem,
  encodeMemory,
} from '../../src/wire/memory.ts'
import { decodeStore, encodeStore } from '../../src/wire/memory-store.ts'
import { decodeVersion, encodeVersion } from '../../src/wire/memory-version.ts'
import { decodePage, encodePage } from '../../src/wire/page.ts'

const storeId = 'memstore_018EeWyXxfu5pfWkrYcMdjWG' as StoreId
const at = Date.UTC(2026, 10, 20, 8)
const memoryId = memoryIdAt(storeId, { seq: 2, at })
const versionId = versionIdAt(storeId, { seq: 3, at })
const sha256 = 'a'.repeat(64) as Sha256

const store: Store = {
  id: storeId,
  workspaceId: 'wrkspc_1' as WorkspaceId,
  name: 'Notes',
  description: '',
  metadata: { b: '2', a: '1' },
  createdAt: at,
  updatedAt: at + 1,
  archivedAt: undefined,
}

const memory: Memory = {
  id: memoryId,
  storeId,
  path: '/a.md' as Path,
  versionId,
  sha256,
  sizeBytes: 3,
  createdAt: at,
  updatedAt: at,
  content: 'abc',
}

const version: Version = {
  id: versionId,
  storeId,
  memoryId,
  seq: 3,
  operation: 'modified',
  path: '/a.md' as Path,
  sha256,
  sizeBytes: 3,
  content: 'abc',
  createdAt: at,
  createdBy: 'sesn_1',
  door: 'http',
  requestId: '' as RequestId,
  redactedAt: undefined,
  redactedBy: undefined,
}

test('[R-6.1-1] [R-6.1-2] [R-1-7] a store has exactly its eight keys, in their order', () => {
  expect(JSON.stringify(encodeStore(store))).toBe(
    `{"id":"${storeId}","archived_at":null,"created_at":"2026-11-20T08:00:00.000Z","description":"","metadata":{"b":"2","a":"1"},"name":"Notes","type":"memory_store","updated_at":"2026-11-20T08:00:00.001Z"}`,
  )
  expect(encodeStore({ ...store, archivedAt: at }).archived_at).toBe('2026-11-20T08:00:00.000Z')
  expect(decodeStore(encodeStore(store), 'wrkspc_1')).toEqual(store)
})

test('[R-7.1-1] [R-7.1-2] [R-1-7] a memory has exactly its ten keys; content is null where it was not asked for', () => {
  const { content, ...basic } = memory
  expect(JSON.stringify(encodeMemory(basic))).toBe(
    `{"id":"${memoryId}","content_sha256":"${sha256}","content_size_bytes":3,"created_at":"2026-11-20T08:00:00.000Z","memory_store_id":"${storeId}","memory_version_id":"${versionId}","path":"/a.md","type":"memory","updated_at":"2026-11-20T08:00:00.000Z","content":null}`,
  )
  expect(encodeMemory(memory).content).toBe(content)
  expect(encodeMemory({ ...memory, content: '' }).content).toBe('')
  expect(decodeMemory(encodeMemory(memory))).toEqual(memory)
  expect(decodeMemory(encodeMemory(basic))).toEqual(basic)
})

test('[R-7.1-4] a directory has only its path and type', () => {
  const directory = { prefix: '/notes/' as Prefix }
  expect(JSON.stringify(encodeListItem(directory))).toBe(
    '{"path":"/notes/","type":"memory_prefix"}',
  )
  expect(decodeListItem(encodeListItem(directory))).toEqual(directory)
  expect(decodeListItem(encodeListItem(memory))).toEqual(memory)
})

test('[R-1-7] a version has all its keys, null where there is no value', () => {
  expect(Object.keys(encodeVersion(version))).toEqual([
    'id',
    'created_at',
    'memory_id',
    'memory_store_id',
    'operation',
    'type',
    'content',
    'content_sha256',
    'content_size_bytes',
    'created_by',
    'path',
    'redacted_at',
    'redacted_by',
  ])
  const redacted: Version = {
    ...version,
    path: undefined,
    sha256: undefined,
    sizeBytes: undefined,
    content: undefined,
    redactedAt: at,
    redactedBy: 'apikey_1',
  }
  expect(encodeVersion(redacted)).toMatchObject({
    content: null,
    content_sha256: null,
    content_size_bytes: null,
    path: null,
    created_by: { session_id: 'sesn_1', type: 'session_actor' },
    redacted_at: '2026-11-20T08:00:00.000Z',
    redacted_by: { api_key_id: 'apikey_1', type: 'api_actor' },
  })
  expect(decodeVersion(encodeVersion(version))).toEqual(version)
  expect(decodeVersion(encodeVersion(redacted))).toEqual(redacted)
})

test('[R-4.1-1] a page is exactly data and next_page', () => {
  expect(JSON.stringify(encodePage({ items: [], nextPage: undefined }, encodeStore))).toBe(
    '{"data":[],"next_page":null}',
  )
  const page = { items: [store], nextPage: 'page_x' }
  const wire = encodePage(page, encodeStore)
  expect(wire.next_page).toBe('page_x')
  expect(decodePage(wire, (item) => decodeStore(item, 'wrkspc_1'))).toEqual(page)
  expect(decodePage({ data: [], next_page: '' }, String).nextPage).toBeUndefined()
})

test('what was deleted is named by its id and type', () => {
  expect(encodeDeletedStore({ id: storeId })).toEqual({ id: storeId, type: 'memory_store_deleted' })
  expect(encodeDeletedMemory({ id: memoryId })).toEqual({ id: memoryId, type: 'memory_deleted' })
})

test('a change and the answers of a batch are read back as they were', () => {
  const change: Change = {
    storeId,
    seq: 3,
    kind: 'modified',
    at,
    actor: 'apikey_1',
    door: 'mount',
    requestId: 'req_1' as RequestId,
    memoryId,
    versionId,
    path: '/b.md' as Path,
    previousPath: '/a.md' as Path,
    sha256,
    sizeBytes: 3,
  }
  expect(decodeChange(encodeChange(change))).toEqual(change)
  const ofStore: Change = {
    ...change,
    kind: 'store_updated',
    memoryId: undefined,
    versionId: undefined,
    path: undefined,
    previousPath: undefined,
    sha256: undefined,
    sizeBytes: undefined,
  }
  expect(decodeChange(encodeChange(ofStore))).toEqual(ofStore)
  const result = {
    results: [
      { type: 'memory' as const, memory },
      { type: 'deleted' as const, id: memoryId },
      { type: 'moved' as const, memories: [memory] },
    ],
    seq: 9,
  }
  expect(decodeBatchResult(encodeBatchResult(result))).toEqual(result)
})

test('an answer that is something else is not taken for what was asked', () => {
  expect(() => decodeMemory(encodeStore(store))).toThrow(/not a memory/)
  expect(() => decodeStore('<html>', '')).toThrow(/not a JSON object/)
})
