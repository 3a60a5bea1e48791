// An Api that keeps memories in a Map: enough of the rules for the door to be tested without
// storage.
import type { ContentView, MemoryApi } from '../../src/api.ts'
import type { Caller } from '../../src/domain/caller.ts'
import { DomainError, notFound } from '../../src/domain/errors.ts'
import {
  makeKeyId,
  makeStoreId,
  makeWorkspaceId,
  memoryIdAt,
  versionIdAt,
} from '../../src/domain/ids.ts'
import { parseContent } from '../../src/domain/memory/content.ts'
import { memoryOf, type Head, type ListItem, type Memory } from '../../src/domain/memory/memory.ts'
import { parsePath, type Prefix } from '../../src/domain/memory/path.ts'
import {
  parseDescription,
  parseMetadata,
  parseName,
  type Store,
} from '../../src/domain/memory/store.ts'
import type { Change, ChangeKind, Version } from '../../src/domain/memory/version.ts'

interface Kept {
  head: Head
  content: string
}

interface World {
  readonly stores: Map<string, Store>
  readonly memories: Map<string, Map<string, Kept>>
  readonly versions: Map<string, Version[]>
  readonly changes: Map<string, Change[]>
  readonly watchers: Set<() => void>
  now: number
}

export function createWorld(): World {
  return {
    stores: new Map(),
    memories: new Map(),
    versions: new Map(),
    changes: new Map(),
    watchers: new Set(),
    now: Date.UTC(2026, 10, 20, 8),
  }
}

export function fakeApi(world: World, caller: Caller): MemoryApi {
  const storeOf = (storeId: string): Store => {
    const store = world.stores.get(storeId)
    if (store?.workspaceId !== caller.workspaceId) throw notFound('memory store')
    return store
  }
  const keptOf = (storeId: string, memoryId: string): Kept => {
    storeOf(storeId)
    const kept = world.memories.get(storeId)?.get(memoryId)
    if (kept === undefined) throw notFound('memory')
    return kept
  }
  const record = (store: Store, kind: ChangeKind, kept?: Kept): number => {
    const changes = world.changes.get(store.id) ?? []
    const seq = changes.length + 1
    world.now += 1
    const change: Change = {
      storeId: store.id,
      seq,
      kind,
      at: world.now,
      actor: caller.actor,
      door: caller.door,
      requestId: caller.requestId,
      memoryId: kept && memoryOf(store.id, kept.head).id,
      versionId: kept && versionIdAt(store.id, { seq, at: world.now }),
      path: kept?.head.path,
      previousPath: undefined,
      sha256: kept?.head.sha256,
      sizeBytes: kept?.head.sizeBytes,
    }
    changes.push(change)
    world.changes.set(store.id, changes)
    if (kept !== undefined) world.versions.get(store.id)?.push(versionOf(change, kept))
    for (const wake of world.watchers) wake()
    return seq
  }
  const shown = (storeId: string, kept: Kept, view: ContentView): Memory =>
    memoryOf(storeOf(storeId).id, kept.head, view === 'full' ? kept.content : undefined)

  return {
    createStore: async (input) => {
      const id = makeStoreId(world.now)
      const store: Store = {
        id,
        workspaceId: caller.workspaceId,
        name: parseName(input.name),
        description: input.description === undefined ? '' : parseDescription(input.description),
        metadata: parseMetadata(input.metadata ?? {}),
        createdAt: world.now,
        updatedAt: world.now,
        archivedAt: undefined,
      }
      world.stores.set(id, store)
      world.memories.set(id, new Map())
      world.versions.set(id, [])
      record(store, 'store_created')
      return store
    },
    listStores: async ({ limit = 20, page }) => {
      const all = [...world.stores.values()].toReversed()
      const start = page === undefined ? 0 : Number(page.slice(5))
      const end = start + limit
      return {
        items: all.slice(start, end),
        nextPage: end < all.length ? `page_${end}` : undefined,
      }
    },
    getStore: async ({ storeId }) => storeOf(storeId),
    updateStore: async ({ storeId, name }) => {
      const store = { ...storeOf(storeId), name: String(name), updatedAt: world.now }
      world.stores.set(storeId, store)
      record(store, 'store_updated')
      return store
    },
    archiveStore: async ({ storeId }) => {
      const store = { ...storeOf(storeId), archivedAt: world.now }
      world.stores.set(storeId, store)
      return store
    },
    deleteStore: async ({ storeId }) => {
      storeOf(storeId)
      world.stores.delete(storeId)
      return { id: storeId }
    },
    createMemory: async ({ storeId, path, content, view = 'basic' }) => {
      const store = storeOf(storeId)
      const { text, sha256, sizeBytes } = parseContent(content)
      const valid = parsePath(path)
      const memories = world.memories.get(storeId)
      for (const [id, { head }] of memories ?? []) {
        if (head.path !== valid) continue
        throw new DomainError({
          code: 'path_conflict',
          message: 'the path is in use',
          conflictingMemoryId: id,
          conflictingPath: valid,
        })
      }
      const seq = (world.changes.get(storeId)?.length ?? 0) + 1
      const at = world.now + 1
      const head: Head = {
        firstSeq: seq,
        headSeq: seq,
        path: valid,
        sha256,
        sizeBytes,
        createdAt: at,
        updatedAt: at,
      }
      const kept = { head, content: text }
      memories?.set(memoryIdAt(store.id, { seq, at }), kept)
      record(store, 'created', kept)
      return shown(storeId, kept, view)
    },
    listMemories: async ({ storeId, limit = 20, page, view = 'basic', depth }) => {
      storeOf(storeId)
      const all: ListItem[] = [...(world.memories.get(storeId)?.values() ?? [])]
        .toSorted((a, b) => (a.head.path < b.head.path ? -1 : 1))
        .map((kept) => shown(storeId, kept, view))
      if (depth === 1) all.push({ prefix: '/rolled-up/' as Prefix })
      const start = page === undefined ? 0 : Number(page.slice(5))
      const end = start + limit
      return {
        items: all.slice(start, end),
        nextPage: end < all.length ? `page_${end}` : undefined,
      }
    },
    getMemory: async ({ storeId, memoryId, view = 'full' }) =>
      shown(storeId, keptOf(storeId, memoryId), view),
    updateMemory: async ({ storeId, memoryId, content, path, expectedSha256, view = 'basic' }) => {
      const kept = keptOf(storeId, memoryId)
      if (expectedSha256 !== undefined && expectedSha256 !== kept.head.sha256) {
        throw new DomainError({ code: 'precondition_failed', message: 'the memory has changed' })
      }
      const next = typeof content === 'string' ? parseContent(content) : undefined
      const headSeq = (world.changes.get(storeId)?.length ?? 0) + 1
      kept.head = {
        ...kept.head,
        headSeq,
        path: typeof path === 'string' ? parsePath(path) : kept.head.path,
        sha256: next?.sha256 ?? kept.head.sha256,
        sizeBytes: next?.sizeBytes ?? kept.head.sizeBytes,
        updatedAt: world.now + 1,
      }
      kept.content = next?.text ?? kept.content
      record(storeOf(storeId), 'modified', kept)
      return shown(storeId, kept, view)
    },
    deleteMemory: async ({ storeId, memoryId, expectedSha256 }) => {
      const kept = keptOf(storeId, memoryId)
      if (expectedSha256 !== undefined && expectedSha256 !== kept.head.sha256) {
        throw new DomainError({ code: 'precondition_failed', message: 'the memory has changed' })
      }
      world.memories.get(storeId)?.delete(memoryId)
      record(storeOf(storeId), 'deleted', kept)
      return { id: memoryId }
    },
    listVersions: async ({ storeId, memoryId }) => {
      storeOf(storeId)
      const all = (world.versions.get(storeId) ?? []).toReversed()
      const items = all.filter((version) => memoryId === undefined || version.memoryId === memoryId)
      return { items, nextPage: undefined }
    },
    getVersion: async ({ storeId, versionId }) => {
      storeOf(storeId)
      const version = world.versions.get(storeId)?.find(({ id }) => id === versionId)
      if (version === undefined) throw notFound('memory version')
      return version
    },
    redactVersion: async ({ storeId, versionId }) => {
      const versions = world.versions.get(storeId) ?? []
      const index = versions.findIndex(({ id }) => id === versionId)
      const version = versions[index]
      if (version === undefined) throw notFound('memory version')
      const redacted: Version = {
        ...version,
        path: undefined,
        content: undefined,
        sha256: undefined,
        sizeBytes: undefined,
        redactedAt: world.now,
        redactedBy: caller.actor,
      }
      versions[index] = redacted
      return redacted
    },
    getUsage: async ({ storeId }) => ({
      storeId: storeOf(storeId).id,
      seq: world.changes.get(storeId)?.length ?? 0,
      memories: world.memories.get(storeId)?.size ?? 0,
      contentBytes: 0,
      versions: 0,
      historyFrom: 1,
      memoriesMax: 2_000,
      contentBytesMax: 104_857_600,
      versionsMax: 250_000,
    }),
    applyBatch: async ({ storeId, operations }) => ({
      results: operations.map(() => ({ type: 'moved' as const, memories: [] })),
      seq: world.changes.get(storeOf(storeId).id)?.length ?? 0,
    }),
    listChanges: async ({ storeId, after = 0, limit = 100, waitMs = 0, signal }) => {
      storeOf(storeId)
      const read = () =>
        (world.changes.get(storeId) ?? []).filter(({ seq }) => seq > after).slice(0, limit)
      if (read().length === 0 && waitMs > 0) await nextChange(world, { waitMs, signal })
      const changes = read()
      return { changes, seq: changes.at(-1)?.seq ?? after }
    },
    exportHistory: async ({ storeId, after = 0, limit = 100 }) => {
      const entries = (world.changes.get(storeOf(storeId).id) ?? [])
        .filter(({ seq }) => seq > after)
        .slice(0, limit)
        .map((change) => ({
          ...change,
          content: undefined,
          redactedAt: undefined,
          redactedBy: undefined,
        }))
      return { entries, seq: entries.at(-1)?.seq ?? after }
    },
    importHistory: async ({ storeId }) => ({
      seq: world.changes.get(storeOf(storeId).id)?.length ?? 0,
    }),
    watchChanges: async function* ({ storeId, after = 0, signal }) {
      storeOf(storeId)
      let last = after
      while (!signal.aborted) {
        const next = (world.changes.get(storeId) ?? []).filter(({ seq }) => seq > last)
        for (const change of next) {
          last = change.seq
          yield change
        }
        if (next.length === 0) await nextChange(world, { waitMs: 60_000, signal })
      }
    },
    listStoresChanges: () => Promise.reject(new Error('not faked')),
    watchStoresChanges: () => {
      throw new Error('not faked')
    },
    whoAmI: async () => caller,
    listActors: async () => [],
    createKey: async ({ name }) => ({
      ...exampleKey(caller),
      name: String(name),
      secret: 'secret',
    }),
    listKeys: async () => [exampleKey(caller)],
    revokeKey: async () => ({ ...exampleKey(caller), revokedAt: world.now }),
    createWorkspace: async ({ name }) => ({
      id: makeWorkspaceId(world.now),
      name: String(name),
      createdAt: world.now,
    }),
    listWorkspaces: async () => [],
  }
}

function exampleKey(caller: Caller) {
  return {
    id: makeKeyId(0),
    workspaceId: caller.workspaceId,
    name: 'key',
    role: 'admin' as const,
    hint: 'abcd',
    createdAt: 0,
    revokedAt: undefined,
  }
}

function versionOf(change: Change, kept: Kept): Version {
  const isDeleted = change.kind === 'deleted'
  return {
    id: change.versionId!,
    storeId: change.storeId,
    memoryId: change.memoryId!,
    seq: change.seq,
    operation: change.kind as Version['operation'],
    path: kept.head.path,
    sha256: isDeleted ? undefined : kept.head.sha256,
    sizeBytes: isDeleted ? undefined : kept.head.sizeBytes,
    content: isDeleted ? undefined : kept.content,
    createdAt: change.at,
    createdBy: change.actor,
    door: change.door,
    requestId: change.requestId,
    redactedAt: undefined,
    redactedBy: undefined,
  }
}

interface Wait {
  readonly waitMs: number
  readonly signal: AbortSignal | undefined
}

function nextChange(world: World, { waitMs, signal }: Wait): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      world.watchers.delete(done)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, waitMs)
    world.watchers.add(done)
    signal?.addEventListener('abort', done)
  })
}
