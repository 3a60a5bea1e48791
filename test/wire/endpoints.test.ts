import { expect, test } from 'vitest'
import type { MemoryVerb } from '../../src/api.ts'
import { requestTarget, type Input, type WireRequest } from '../../src/wire/endpoint.ts'
import { endpoints } from '../../src/wire/endpoints.ts'
import type { BodyFields } from './twins.test.ts'

/** Literal on purpose: paths and methods are the contract's. */
const paths: Record<MemoryVerb, string> = {
  createStore: 'POST /v1/memory_stores',
  listStores: 'GET /v1/memory_stores',
  getStore: 'GET /v1/memory_stores/:memory_store_id',
  updateStore: 'POST|PATCH /v1/memory_stores/:memory_store_id',
  archiveStore: 'POST /v1/memory_stores/:memory_store_id/archive',
  deleteStore: 'DELETE /v1/memory_stores/:memory_store_id',
  createMemory: 'POST /v1/memory_stores/:memory_store_id/memories',
  listMemories: 'GET /v1/memory_stores/:memory_store_id/memories',
  getMemory: 'GET /v1/memory_stores/:memory_store_id/memories/:memory_id',
  updateMemory: 'POST|PATCH /v1/memory_stores/:memory_store_id/memories/:memory_id',
  deleteMemory: 'DELETE /v1/memory_stores/:memory_store_id/memories/:memory_id',
  listVersions: 'GET /v1/memory_stores/:memory_store_id/memory_versions',
  getVersion: 'GET /v1/memory_stores/:memory_store_id/memory_versions/:memory_version_id',
  redactVersion:
    'POST /v1/memory_stores/:memory_store_id/memory_versions/:memory_version_id/redact',
  getUsage: 'GET /palimpsest/v1/memory_stores/:memory_store_id/usage',
  applyBatch: 'POST /palimpsest/v1/memory_stores/:memory_store_id/batch',
  listChanges: 'GET /palimpsest/v1/memory_stores/:memory_store_id/changes',
  watchChanges: 'GET /palimpsest/v1/memory_stores/:memory_store_id/changes',
  listStoresChanges: 'GET /palimpsest/v1/changes',
  watchStoresChanges: 'GET /palimpsest/v1/changes',
  getMoment: 'GET /palimpsest/v1/memory_stores/:memory_store_id/moment',
  listMemoriesAsOf: 'GET /palimpsest/v1/memory_stores/:memory_store_id/memories',
  getMemoryAsOf: 'GET /palimpsest/v1/memory_stores/:memory_store_id/memory',
  listLog: 'GET /palimpsest/v1/memory_stores/:memory_store_id/log',
  getBlame: 'GET /palimpsest/v1/memory_stores/:memory_store_id/blame',
  getDiff: 'GET /palimpsest/v1/memory_stores/:memory_store_id/diff',
  restore: 'POST /palimpsest/v1/memory_stores/:memory_store_id/restore',
  revert: 'POST /palimpsest/v1/memory_stores/:memory_store_id/revert',
  redactWithReason:
    'POST /palimpsest/v1/memory_stores/:memory_store_id/memory_versions/:memory_version_id/redact',
  searchStore: 'GET /palimpsest/v1/memory_stores/:memory_store_id/search',
  searchWorkspace: 'GET /palimpsest/v1/search',
  grepStore: 'GET /palimpsest/v1/memory_stores/:memory_store_id/grep',
  grepWorkspace: 'GET /palimpsest/v1/grep',
  exportHistory: 'GET /palimpsest/v1/memory_stores/:memory_store_id/export',
  importHistory: 'POST /palimpsest/v1/memory_stores/:memory_store_id/import',
  whoAmI: 'GET /palimpsest/v1/me',
  listActors: 'GET /palimpsest/v1/actors',
  createKey: 'POST /palimpsest/v1/keys',
  listKeys: 'GET /palimpsest/v1/keys',
  revokeKey: 'POST /palimpsest/v1/keys/:key_id/revoke',
  createWorkspace: 'POST /palimpsest/v1/workspaces',
  listWorkspaces: 'GET /palimpsest/v1/workspaces',
}

const verbs = Object.keys(paths) as MemoryVerb[]

test('[R-5-1] [R-2.1-2] every operation is at its path', () => {
  expect(verbs).toHaveLength(42)
  for (const verb of verbs) {
    const { method, alias, path } = endpoints[verb]
    const methods = alias === undefined ? method : `${method}|${alias}`
    expect(`${methods} ${path}`).toBe(paths[verb])
  }
})

const searched = {
  query: 'a "b c" -d* ä&%',
  pathPrefix: '/ä/',
  actor: 'apikey_1',
  updatedFrom: 1,
  updatedTo: 2,
  limit: 3,
  page: 'page_x',
}
const grepped = {
  pattern: '[a+&]\\s',
  ignoreCase: true,
  fixedStrings: false,
  pathPrefix: '/ä/',
  context: 2,
  limit: 3,
  page: 'page_x',
}

const inputs: { [V in MemoryVerb]: Input<V> } = {
  createStore: { name: 'n', description: 'd', metadata: { a: 'b' } },
  listStores: {
    createdFrom: 1,
    createdTo: 2,
    includeArchived: true,
    limit: 3,
    page: 'page_x',
  },
  getStore: { storeId: 's' },
  updateStore: { storeId: 's', name: 'n', description: '', metadata: { a: null } },
  archiveStore: { storeId: 's' },
  deleteStore: { storeId: 's' },
  createMemory: { storeId: 's', path: '/a', content: 'c', view: 'full' },
  listMemories: {
    storeId: 's',
    pathPrefix: '/ä &%/',
    depth: 1,
    view: 'basic',
    limit: 5,
    page: 'page_x',
  },
  getMemory: { storeId: 's', memoryId: 'm', view: 'basic' },
  updateMemory: {
    storeId: 's',
    memoryId: 'm',
    content: 'c',
    path: '/b',
    expectedSha256: 'a'.repeat(64),
    view: 'full',
  },
  deleteMemory: { storeId: 's', memoryId: 'm', expectedSha256: 'a'.repeat(64) },
  listVersions: {
    storeId: 's',
    memoryId: 'm',
    operation: 'modified',
    sessionId: 'sesn_1',
    apiKeyId: 'apikey_1',
    serviceAccountId: 'svac_1',
    createdFrom: 1,
    createdTo: 2,
    view: 'full',
    limit: 5,
    page: 'page_x',
  },
  getVersion: { storeId: 's', versionId: 'v', view: 'basic' },
  redactVersion: { storeId: 's', versionId: 'v' },
  getUsage: { storeId: 's' },
  applyBatch: {
    storeId: 's',
    operations: [
      { type: 'create', path: '/a', content: 'c' },
      {
        type: 'update',
        target: { memoryId: 'm' },
        content: 'c',
        path: '/b',
        expectedSha256: 'a'.repeat(64),
      },
      { type: 'delete', target: { path: '/a' }, expectedSha256: 'a'.repeat(64) },
      { type: 'move', from: '/a/', to: '/b/' },
    ],
  },
  listChanges: { storeId: 's', after: 4, pathPrefix: '/a/', limit: 5, waitMs: 6 },
  watchChanges: { storeId: 's', after: 4, pathPrefix: '/a/' },
  listStoresChanges: {
    stores: [{ storeId: 's', after: 4 }, { storeId: 't' }],
    limit: 5,
    waitMs: 6,
  },
  watchStoresChanges: { stores: [{ storeId: 's', after: 0 }] },
  getMoment: { storeId: 's', at: 1, atSeq: 2 },
  listMemoriesAsOf: {
    storeId: 's',
    at: 1,
    atSeq: 2,
    pathPrefix: '/a/',
    depth: 1,
    view: 'full',
    limit: 5,
    page: 'page_x',
  },
  getMemoryAsOf: { storeId: 's', at: 1, atSeq: 2, path: '/ä', memoryId: 'm', view: 'basic' },
  listLog: {
    storeId: 's',
    path: '/a',
    pathPrefix: '/a/',
    memoryId: 'm',
    actor: 'user_1',
    sessionId: 'sesn_1',
    apiKeyId: 'apikey_1',
    operations: ['created', 'redacted'],
    createdFrom: 1,
    createdTo: 2,
    limit: 5,
    page: 'page_x',
  },
  getBlame: { storeId: 's', at: 1, atSeq: 2, path: '/a', memoryId: 'm', versionId: 'v' },
  getDiff: {
    storeId: 's',
    fromVersion: 'v',
    toVersion: 'w',
    fromAt: 1,
    fromSeq: 2,
    toAt: 3,
    toSeq: 4,
    toStoreId: 't',
    path: '/a',
    pathPrefix: '/a/',
    context: 0,
    limit: 5,
    page: 'page_x',
  },
  restore: {
    storeId: 's',
    at: 1,
    atSeq: 2,
    versionId: 'v',
    memoryId: 'm',
    path: '/a',
    pathPrefix: '/a/',
    dryRun: true,
    expectedSeq: 3,
  },
  revert: {
    storeId: 's',
    sessionId: 'sesn_1',
    apiKeyId: 'apikey_1',
    actor: 'user_1',
    since: 1,
    until: 2,
    sinceSeq: 3,
    untilSeq: 4,
    pathPrefix: '/a/',
    dryRun: false,
    expectedSeq: 5,
  },
  redactWithReason: { storeId: 's', versionId: 'v', reason: 'ticket 4711' },
  searchStore: { storeId: 's', ...searched },
  searchWorkspace: searched,
  grepStore: { storeId: 's', ...grepped },
  grepWorkspace: grepped,
  exportHistory: { storeId: 's', after: 4, limit: 5 },
  importHistory: {
    storeId: 's',
    expectedSeq: 6,
    operations: [
      { type: 'create', path: '/a', content: 'c', claimed: { actor: 'sesn_1', at: 7, seq: 8 } },
      { type: 'update', at: '/a', content: 'd', path: '/b', claimed: { origin: { at: 9 } } },
      { type: 'delete', at: '/b', claimed: {} },
      { type: 'move', from: '/c/', to: '/d/', claims: [{ door: 'mount' }] },
      { type: 'redact', versionId: 'v', claimed: { storeId: 't', requestId: 'r' } },
    ],
  },
  whoAmI: undefined,
  listActors: { ids: ['apikey_1', 'sesn_&'] },
  createKey: { name: 'n', role: 'admin', workspaceId: 'w' },
  listKeys: { workspaceId: 'w' },
  revokeKey: { keyId: 'k', workspaceId: 'w' },
  createWorkspace: { name: 'n' },
  listWorkspaces: undefined,
}

test.each(verbs)(
  'the server reads the input of %s that the client wrote, all of it and none of it',
  (verb) => {
    const { toInput, toRequest } = endpoints[verb] as unknown as {
      toInput: (request: WireRequest) => unknown
      toRequest: (input: unknown) => WireRequest
    }
    const overTheWire = (request: WireRequest): WireRequest => ({
      ...request,
      body: request.body && (JSON.parse(JSON.stringify(request.body)) as WireRequest['body']),
    })
    expect(toInput(overTheWire(toRequest(inputs[verb])))).toEqual(inputs[verb])
    const needed = Object.fromEntries(
      Object.entries(inputs[verb] ?? {}).filter(([name]) => /Id$|^operations$|^stores$/.test(name)),
    )
    if (verb === 'createKey' || verb === 'listKeys') delete needed['workspaceId']
    expect(toInput(overTheWire(toRequest(needed)))).toEqual(
      inputs[verb] === undefined ? undefined : needed,
    )
  },
)

test('ids are encoded in a path, so that one cannot become another path', () => {
  const request = {
    params: { memory_store_id: '../x?y#z', memory_id: 'a/b' },
    search: 'view=full',
    body: undefined,
  }
  expect(requestTarget(endpoints.getMemory, request)).toBe(
    '/v1/memory_stores/..%2Fx%3Fy%23z/memories/a%2Fb?view=full',
  )
})

test('bodies have exactly the fields that official clients can send', () => {
  const official: { [V in keyof BodyFields]: Record<BodyFields[V], true> } = {
    createStore: { name: true, description: true, metadata: true },
    updateStore: { name: true, description: true, metadata: true },
    createMemory: { path: true, content: true },
    updateMemory: { path: true, content: true, precondition: true },
  }
  for (const [verb, fields] of Object.entries(official)) {
    const { body } = endpoints[verb as keyof BodyFields]
    expect(Object.keys(body?.properties ?? {}).toSorted()).toEqual(Object.keys(fields).toSorted())
  }
})
