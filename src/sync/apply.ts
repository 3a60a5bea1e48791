import { hash } from 'node:crypto'
import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import { contentBytesMax } from '../domain/memory/content.ts'
import type { Memory } from '../domain/memory/memory.ts'
import { mergeTexts } from '../domain/memory/merge.ts'
import type { Directory } from './directory.ts'
import type { Action, Baseline, Local } from './plan.ts'

export interface Target {
  readonly api: Api
  readonly storeId: string
  readonly directory: Directory
  readonly base: Map<string, Baseline>
  /** The directory as it was looked at. */
  readonly local: ReadonlyMap<string, Local>
  /**
   * Both edits go into one text where they touch different lines; otherwise always side by side.
   */
  readonly isMerging: boolean
  readonly clock: () => number
}

/** What became of an action. */
export interface Done {
  readonly path: string
  readonly action: Action['type']
  /** For people. */
  readonly what: string
}

/**
 * Carries out one action.
 * @returns undefined when somebody changed the same thing meanwhile: the next pass decides anew
 * @throws DomainError when the store refuses it for good
 */
export async function apply(target: Target, action: Action): Promise<Done | undefined> {
  try {
    return { path: action.path, action: action.type, what: await carryOut(target, action) }
  } catch (error) {
    if (error instanceof DomainError && isRace(error)) return undefined
    throw error
  }
}

function isRace({ code }: DomainError): boolean {
  return code === 'precondition_failed' || code === 'path_conflict' || code === 'not_found'
}

async function carryOut(target: Target, action: Action): Promise<string> {
  const { api, storeId, directory, base } = target
  const { path } = action
  switch (action.type) {
    case 'pull':
      await pull(target, path, action.remote.memoryId)
      return 'fetched'
    case 'remove':
      if (await directory.remove(path, base.get(path)?.sha256 ?? '')) base.delete(path)
      return 'removed here'
    case 'push': {
      const content = await directory.read(path)
      const { memoryId, sha256: expectedSha256 } = action.base
      const memory = await api.updateMemory({ storeId, memoryId, content, expectedSha256 })
      base.set(path, baselineOf(memory))
      return 'sent'
    }
    case 'create':
      base.set(path, baselineOf(await create(target, path, await directory.read(path))))
      return 'created'
    case 'delete': {
      const { memoryId, sha256: expectedSha256 } = action.base
      await api.deleteMemory({ storeId, memoryId, expectedSha256 })
      base.delete(path)
      return 'deleted'
    }
    case 'rename': {
      const { memoryId, sha256: expectedSha256 } = action.base
      const memory = await api.updateMemory({ storeId, memoryId, path, expectedSha256 })
      base.delete(action.from)
      base.set(path, baselineOf(memory))
      return `renamed from ${action.from}`
    }
    case 'merge':
      return merge(target, action)
    case 'adopt':
      base.set(path, action.remote)
      return 'equal'
    case 'forget':
      base.delete(path)
      return 'gone'
  }
}

async function pull(target: Target, path: string, memoryId: string): Promise<void> {
  const { api, storeId, directory, base, local } = target
  const memory = await api.getMemory({ storeId, memoryId, view: 'full' })
  await directory.write(path, memory.content ?? '', local.get(path)?.sha256)
  base.set(path, baselineOf(memory))
}

function create({ api, storeId }: Target, path: string, content: string): Promise<Memory> {
  return api.createMemory({ storeId, path, content })
}

async function merge(
  target: Target,
  { path, remote, base: before }: Extract<Action, { type: 'merge' }>,
): Promise<string> {
  const { api, storeId, directory, base } = target
  const memory = await api.getMemory({ storeId, memoryId: remote.memoryId, view: 'full' })
  const [ours, theirs] = [await directory.read(path), memory.content ?? '']
  const old = before === undefined ? '' : await textOf(target, before)
  const merged = target.isMerging && old !== undefined ? mergeTexts(old, ours, theirs) : undefined
  if (merged === undefined || Buffer.byteLength(merged) > contentBytesMax) {
    return keepBoth(target, { path, ours, memory })
  }
  const expectedSha256 = memory.sha256
  const { id: memoryId } = memory
  const written = await api.updateMemory({ storeId, memoryId, content: merged, expectedSha256 })
  await directory.write(path, merged, hash('sha256', ours))
  base.set(path, baselineOf(written))
  return 'merged'
}

/** The text both had; undefined when it is no longer kept. */
async function textOf(
  { api, storeId }: Target,
  { versionId }: Baseline,
): Promise<string | undefined> {
  try {
    return (await api.getVersion({ storeId, versionId })).content
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return undefined
    throw error
  }
}

interface Conflict {
  readonly path: string
  readonly ours: string
  readonly memory: Memory
}

/**
 * Ours goes beside theirs, first of all into the store: nothing is overwritten before it is safe.
 */
async function keepBoth(target: Target, { path, ours, memory }: Conflict): Promise<string> {
  const { directory, base, clock } = target
  const stamp = new Date(clock()).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const cut = path.lastIndexOf('/') + 1
  const dot = path.indexOf('.', cut + 1)
  const end = dot === -1 ? path.length : dot
  const mark = `.conflict-${stamp}-${hash('sha256', ours).slice(0, 4)}`
  const beside = path.slice(0, end) + mark + path.slice(end)
  const kept = await create(target, beside, ours)
  await directory.write(beside, ours, undefined)
  base.set(beside, baselineOf(kept))
  await directory.write(path, memory.content ?? '', hash('sha256', ours))
  base.set(path, baselineOf(memory))
  return `changed on both sides; the text from here is at ${beside}`
}

function baselineOf({ sha256, id, versionId }: Memory): Baseline {
  return { sha256, memoryId: id, versionId }
}
