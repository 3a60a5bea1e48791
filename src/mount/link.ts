import type { Api, BatchAnswer, BatchOperation } from '../api.ts'
import { assert } from '../domain/assert.ts'
import { DomainError, type ErrorCode } from '../domain/errors.ts'
import type { MemoryId } from '../domain/ids.ts'
import { isDirectory, type Memory } from '../domain/memory/memory.ts'
import type { Change } from '../domain/memory/version.ts'

/** One store, seen through an Api: what a mount asks of the server. */
export interface Link {
  readonly storeId: string
  /** Several operations in one transaction are possible, and there is a feed. */
  readonly isNative: boolean
  /** Everything with its text, and the sequence it is at least as new as. */
  readAll(): Promise<{ readonly memories: readonly Memory[]; readonly seq: number }>
  /** One memory with its text, and the sequence it is at least as new as; undefined: deleted. */
  readOne(id: MemoryId): Promise<Reading | undefined>
  /** The text of one version, or undefined where only the newest can be had. */
  readVersion(id: string): Promise<string | undefined>
  apply(operations: readonly BatchOperation[]): Promise<Applied>
  /** Changes after a sequence, all of them up to now. */
  changesAfter(seq: number): Promise<readonly Change[]>
}

export interface Reading {
  readonly memory: Memory
  readonly text: string
  readonly seq: number
}

export interface Applied {
  readonly results: readonly BatchAnswer[]
  /** The store's sequence after it. */
  readonly seq: number
}

/** Refusals that say nothing about the operation: it is tried again until the server decides. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unavailable',
  'internal',
  'rate_limited',
  'storage_full',
  'conflict',
])

export function isPassing(error: unknown): boolean {
  return !(error instanceof DomainError) || passing.has(error.code)
}

export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof DomainError ? error.code : undefined
}

const changesPerPage = 1_000

/** A store of a palimpsest server. */
export function nativeLink(api: Api, storeId: string): Link {
  const seqNow = async () => (await api.getUsage({ storeId })).seq
  return {
    storeId,
    isNative: true,
    async readAll() {
      const seq = await seqNow()
      return { memories: await readPages(api, storeId), seq }
    },
    async readOne(memoryId) {
      const seq = await seqNow()
      return readMemory(api, { storeId, memoryId }, seq)
    },
    async readVersion(versionId) {
      try {
        return (await api.getVersion({ storeId, versionId })).content
      } catch (error) {
        // Purged since: only what the memory is now can be had.
        if (codeOf(error) === 'not_found') return undefined
        throw error
      }
    },
    apply: (operations) => api.applyBatch({ storeId, operations }),
    async changesAfter(seq) {
      const all: Change[] = []
      for (let after = seq; ; after = all.at(-1)?.seq ?? after) {
        const page = await api.listChanges({ storeId, after, limit: changesPerPage })
        all.push(...page.changes)
        if (page.changes.length < changesPerPage) return all
      }
    },
  }
}

export async function readMemory(
  api: Api,
  input: { readonly storeId: string; readonly memoryId: MemoryId },
  seq: number,
): Promise<Reading | undefined> {
  try {
    const memory = await api.getMemory({ ...input, view: 'full' })
    return { memory, text: memory.content ?? '', seq }
  } catch (error) {
    if (codeOf(error) === 'not_found') return undefined
    throw error
  }
}

const memoriesPerPage = 20

/** Every memory with its text. Pages are read one after another: a cursor comes with the page. */
export async function readPages(api: Api, storeId: string): Promise<Memory[]> {
  const memories: Memory[] = []
  let page: string | undefined
  do {
    const answer = await api.listMemories({ storeId, view: 'full', limit: memoriesPerPage, page })
    for (const item of answer.items) if (!isDirectory(item)) memories.push(item)
    page = answer.nextPage
  } while (page !== undefined)
  return memories
}

/** The memory a batch of one operation answered with. */
export function onlyMemory({ results }: Applied): Memory {
  const [first] = results
  assert(first?.type === 'memory', 'a create or an update answers with a memory')
  return first.memory
}
