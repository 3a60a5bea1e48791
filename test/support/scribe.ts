// Somebody who works on one store of a storage under test, in short words.
import type { Provenance } from '../../src/domain/caller.ts'
import {
  makeRequestId,
  memoryIdAt,
  versionIdAt,
  type StoreId,
  type WorkspaceId,
} from '../../src/domain/ids.ts'
import type {
  BatchAnswer,
  CreateMemory,
  DeleteMemory,
  MemoryCommand,
  MoveTree,
  Target,
  UpdateMemory,
} from '../../src/domain/memory/command.ts'
import { parseContent, parseSha256 } from '../../src/domain/memory/content.ts'
import {
  isDirectory,
  type Head,
  type ListItem,
  type Memory,
} from '../../src/domain/memory/memory.ts'
import { parsePath, parsePrefix } from '../../src/domain/memory/path.ts'
import type { MetadataPatch, Store, Usage } from '../../src/domain/memory/store.ts'
import type { Change, Version } from '../../src/domain/memory/version.ts'
import type { ChangesQuery, Storage, VersionsQuery } from '../../src/storage/port.ts'
import type { MemoriesQuery } from '../../src/storage/port/memories-query.ts'
import type { Found, StoreScope } from '../../src/storage/port/store-scope.ts'

export const by: Provenance = {
  actor: 'apikey_writer',
  door: 'http',
  requestId: makeRequestId(1),
}

export interface UpdateWish {
  readonly content?: string
  readonly path?: string
  readonly expected?: string
}

/** Where a memory is wanted: its head, or anything that could be an id, or a path. */
export type Wanted = Head | { readonly id: string } | { readonly path: string }

export class Scribe {
  readonly storage: Storage
  readonly scope: StoreScope
  readonly by: Provenance

  constructor(storage: Storage, scope: StoreScope, who: Provenance = by) {
    this.storage = storage
    this.scope = { workspaceId: scope.workspaceId, storeId: scope.storeId }
    this.by = who
  }

  get storeId(): StoreId {
    return this.scope.storeId
  }

  /** The same store through another storage or as another actor. */
  through(storage: Storage, who = this.by): Scribe {
    return new Scribe(storage, this.scope, who)
  }

  createCommand(path: string, text: string): CreateMemory {
    const content = parseContent(text)
    return { type: 'create_memory', ...this.scope, by: this.by, path: parsePath(path), content }
  }

  updateCommand(wanted: Wanted, { content, path, expected }: UpdateWish): UpdateMemory {
    return {
      type: 'update_memory',
      ...this.scope,
      by: this.by,
      target: this.#target(wanted),
      content: content === undefined ? undefined : parseContent(content),
      path: path === undefined ? undefined : parsePath(path),
      expected: expected === undefined ? undefined : parseSha256(expected, 'expected'),
    }
  }

  deleteCommand(wanted: Wanted, expected?: string): DeleteMemory {
    const hash = expected === undefined ? undefined : parseSha256(expected, 'expected')
    const target = this.#target(wanted)
    return { type: 'delete_memory', ...this.scope, by: this.by, target, expected: hash }
  }

  moveCommand(from: string, to: string): MoveTree {
    const directories = { from: parsePrefix(from), to: parsePrefix(to) }
    return { type: 'move_tree', ...this.scope, by: this.by, ...directories }
  }

  #target(wanted: Wanted): Target {
    if ('id' in wanted) return { memoryId: wanted.id }
    return 'firstSeq' in wanted ? { memoryId: this.idOf(wanted) } : { path: parsePath(wanted.path) }
  }

  idOf({ firstSeq: seq, createdAt: at }: Head): string {
    return memoryIdAt(this.storeId, { seq, at })
  }

  /** The id of the version that a head points at. */
  versionIdOf({ headSeq: seq, updatedAt: at }: Head): string {
    return versionIdAt(this.storeId, { seq, at })
  }

  create(path: string, text = `text of ${path}`): Promise<Head> {
    return this.storage.commit(this.createCommand(path, text))
  }

  async createAll(...paths: string[]): Promise<Head[]> {
    const heads: Head[] = []
    for (const path of paths) heads.push(await this.create(path))
    return heads
  }

  update(wanted: Wanted, wish: UpdateWish): Promise<Head> {
    return this.storage.commit(this.updateCommand(wanted, wish))
  }

  remove(wanted: Wanted, expected?: string): Promise<Head> {
    return this.storage.commit(this.deleteCommand(wanted, expected))
  }

  /** Restores a memory, deleted or not, to how it was after a change. */
  async revive(head: Head, seq: number): Promise<void> {
    const selection = { type: 'memory', memoryId: this.idOf(head) } as const
    const to = { moment: { seq }, selection }
    const restore = { type: 'restore', ...this.scope, by: this.by, to } as const
    await this.storage.commit({ ...restore, isDryRun: false, expectedSeq: undefined })
  }

  move(from: string, to: string): Promise<readonly Head[]> {
    return this.storage.commit(this.moveCommand(from, to))
  }

  batch(...commands: MemoryCommand[]): Promise<BatchAnswer> {
    return this.storage.commit({ type: 'batch', ...this.scope, by: this.by, commands })
  }

  redact(versionId: string, reason?: string): Promise<undefined> {
    const command = { type: 'redact_version', ...this.scope, by: this.by } as const
    return this.storage.commit({ ...command, versionId, reason })
  }

  patchStore(patch: {
    name?: string
    description?: string
    metadata?: MetadataPatch
  }): Promise<Store> {
    const { name, description, metadata } = patch
    const command = { type: 'update_store', ...this.scope, by: this.by } as const
    return this.storage.commit({ ...command, name, description, metadata })
  }

  archive(): Promise<Store> {
    return this.storage.commit({ type: 'archive_store', ...this.scope, by: this.by })
  }

  async destroy(): Promise<void> {
    await this.storage.commit({ type: 'delete_store', ...this.scope, by: this.by })
  }

  async store(): Promise<Store> {
    return present(await this.storage.view.store(this.scope))
  }

  async usage(): Promise<Usage> {
    return present(await this.storage.view.usage(this.scope))
  }

  async memory(wanted: Wanted): Promise<Memory> {
    const { view } = this.storage
    const target = this.#target(wanted)
    const options = { content: true }
    return 'path' in target
      ? value(await view.memoryAt(this.scope, target.path, options))
      : value(await view.memory(this.scope, target.memoryId, options))
  }

  async list(query: Partial<Omit<MemoriesQuery, 'prefix'>> & { prefix?: string } = {}) {
    const prefix = parsePrefix(query.prefix ?? '/')
    const defaults = { depth: 0, after: undefined, limit: 1_000, content: false } as const
    const given = { ...defaults, ...query, prefix }
    return value<ListItem[]>(await this.storage.view.memories(this.scope, given))
  }

  /** What a listing shows: paths, and directories with their final slash. */
  async paths(query: Parameters<Scribe['list']>[0] = {}): Promise<string[]> {
    return (await this.list(query)).map((item) => (isDirectory(item) ? item.prefix : item.path))
  }

  /** Every live memory with its content. */
  async contents(): Promise<Record<string, string | undefined>> {
    const items = await this.list({ content: true })
    return Object.fromEntries(
      items.map((item) => (isDirectory(item) ? ['a directory', ''] : [item.path, item.content])),
    )
  }

  async version(versionId: string): Promise<Version> {
    return value(await this.storage.view.version(this.scope, versionId, { content: true }))
  }

  async versions(query: Partial<VersionsQuery> = {}): Promise<Version[]> {
    const all: VersionsQuery = {
      memoryId: undefined,
      operation: undefined,
      actors: [],
      createdFrom: undefined,
      createdTo: undefined,
      beforeSeq: undefined,
      limit: 1_000,
      content: true,
    }
    return value(await this.storage.view.versions(this.scope, { ...all, ...query }))
  }

  async changes(
    query: Partial<Omit<ChangesQuery, 'prefix'>> & { prefix?: string } = {},
  ): Promise<Change[]> {
    const prefix = parsePrefix(query.prefix ?? '/')
    const given = { after: 0, limit: 1_000, ...query, prefix }
    return value(await this.storage.view.changes(this.scope, given))
  }
}

let made = 0

export async function newWorkspace(storage: Storage): Promise<WorkspaceId> {
  made += 1
  return (await storage.commit({ type: 'create_workspace', name: `workspace ${made}` })).id
}

/** A scribe of a new store, in a workspace of its own unless one is given. */
export async function newScribe(storage: Storage, workspace?: WorkspaceId): Promise<Scribe> {
  const workspaceId = workspace ?? (await newWorkspace(storage))
  const store = await storage.commit({
    type: 'create_store',
    workspaceId,
    name: 'Notes',
    description: 'what we know',
    metadata: { team: 'red' },
    by,
  })
  return new Scribe(storage, { workspaceId, storeId: store.id })
}

function value<Value>(found: Found<Value>): Value {
  if (!found.found) throw new Error(`expected it to be there, but the ${found.missing} is missing`)
  return found.value
}

function present<Value>(found: Value | undefined): Value {
  if (found === undefined) throw new Error('expected it to be there')
  return found
}
