import type { Api } from '../../api.ts'
import type { Access } from '../../domain/caller.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { StoreIndex } from './store-index.ts'
import { ToolFailure } from './tool-failure.ts'
import type { Entry, Found, Tree } from './tree.ts'

/** A store as a session has it attached. */
export interface Attached {
  readonly storeId: string
  readonly access: Access
  /** Absolute, without a "/" at its end. */
  readonly mountPath: string
}

/** Lost races with other writers before giving up; each try sees newer text. */
const triesMax = 16

/** A store's memories as files. Every write is a version, durable before it resolves. */
export function memoryTree(api: Api, attached: Attached): Tree {
  const { storeId, mountPath } = attached
  const index = new StoreIndex(api, storeId)
  const store: Store = { api, storeId, index, at: mountPath }
  return {
    at: mountPath,
    isWritable: attached.access === 'read_write',
    isMemory: true,
    read: (path, bytesMax) => read(store, path, bytesMax),
    write: (path, text) => write(store, path, text),
    edit: (path, change) => edit(store, path, change),
    list: (path) => list(store, path),
  }
}

interface Store {
  readonly api: Api
  readonly storeId: string
  readonly index: StoreIndex
  readonly at: string
}

async function read(store: Store, path: string, bytesMax: number): Promise<Found> {
  const memory = await find(store, path)
  if (memory === undefined) {
    const isDirectory = path === '' || store.index.below(path).length > 0
    return { kind: isDirectory ? 'directory' : 'nothing' }
  }
  if (memory.sizeBytes > bytesMax) return { kind: 'too_large', sizeBytes: memory.sizeBytes }
  return { kind: 'file', text: memory.content ?? '' }
}

/** The memory at a path with its content. */
async function find(store: Store, path: string): Promise<Memory | undefined> {
  const { api, storeId, index } = store
  for (let tries = 0; tries < triesMax; tries += 1) {
    await index.refresh()
    const entry = index.at(path)
    if (entry === undefined) return undefined
    try {
      const memory = await api.getMemory({ storeId, memoryId: entry.memoryId, view: 'full' })
      if (memory.path === path) return memory
    } catch (error) {
      if (!isProblem(error, 'not_found') || (await isStoreGone(store))) throw error
    }
  }
  throw tooManyWriters(store, path)
}

/** A memory that vanished is looked for again, a store that vanished is not. */
async function isStoreGone({ api, storeId }: Store): Promise<boolean> {
  return api.getUsage({ storeId }).then(
    () => false,
    () => true,
  )
}

async function write(store: Store, path: string, content: string): Promise<void> {
  const { api, storeId } = store
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      await api.createMemory({ storeId, path, content })
      return
    } catch (error) {
      if (!isProblem(error, 'path_conflict')) throw error
      const { conflictingPath, conflictingMemoryId } = error.problem
      if (conflictingPath !== path && conflictingPath !== '') {
        throw pathTaken(store, path, conflictingPath)
      }
      if (await replaced(store, conflictingMemoryId, { path, content })) return
    }
  }
  throw tooManyWriters(store, path)
}

/** @returns false when the memory moved or went away meanwhile */
async function replaced(
  { api, storeId }: Store,
  memoryId: string,
  { path, content }: { readonly path: string; readonly content: string },
): Promise<boolean> {
  if (memoryId === '') return false
  try {
    const operation = { type: 'update', target: { path }, content } as const
    await api.applyBatch({ storeId, operations: [operation] })
    return true
  } catch (error) {
    if (isProblem(error, 'not_found')) return false
    throw error
  }
}

async function edit(store: Store, path: string, change: (text: string) => string): Promise<void> {
  const { api, storeId } = store
  for (let tries = 0; tries < triesMax; tries += 1) {
    const memory = await find(store, path)
    if (memory === undefined) throw new ToolFailure(`${store.at}${path}: no such file or directory`)
    const content = change(memory.content ?? '')
    try {
      const { id: memoryId, sha256: expectedSha256 } = memory
      await api.updateMemory({ storeId, memoryId, content, expectedSha256 })
      return
    } catch (error) {
      if (!isProblem(error, 'precondition_failed') && !isProblem(error, 'not_found')) throw error
    }
  }
  throw tooManyWriters(store, path)
}

async function list({ index }: Store, path: string): Promise<Entry[]> {
  await index.refresh()
  return index.below(path).map(({ path, updatedAt, sizeBytes, versionId }) => {
    return { path, modifiedAt: updatedAt, sizeBytes, stamp: versionId }
  })
}

function pathTaken({ at }: Store, path: string, conflicting: string): ToolFailure {
  if (conflicting.startsWith(`${path}/`)) {
    return new ToolFailure(`${at}${path} is a directory: ${at}${conflicting} is in it`)
  }
  return new ToolFailure(`${at}${conflicting} is a file, so nothing can be below it`)
}

function tooManyWriters({ at }: Store, path: string): ToolFailure {
  return new ToolFailure(`${at}${path} is being changed by others all the time; try again`)
}

type ProblemOf<Code> = DomainError & { readonly problem: { readonly code: Code } }

function isProblem<Code extends DomainError['code']>(
  error: unknown,
  code: Code,
): error is ProblemOf<Code> {
  return error instanceof DomainError && error.code === code
}
