import type { Api, BatchAnswer, BatchOperation } from '../api.ts'
import { assert } from '../domain/assert.ts'
import { DomainError, type ErrorCode } from '../domain/errors.ts'
import type { Moment } from '../domain/history/moment.ts'
import type { Limits } from '../domain/limits.ts'
import type { MemoryId } from '../domain/ids.ts'
import { isDirectory, type Memory } from '../domain/memory/memory.ts'
import type { Change } from '../domain/memory/version.ts'

/** One store, seen through an Api: what a mount asks of the server. */
export interface Link {
  readonly storeId: string
  /** Several operations in one transaction are possible, and there is a feed. */
  readonly isNative: boolean
  /** The moment that it shows for good; undefined: the present. */
  readonly asOf?: Moment
  limits(): Promise<StoreLimits>
  /** Everything with its text, and the sequence it is at least as new as. */
  readAll(): Promise<{ readonly readings: readonly Reading[]; readonly seq: number }>
  /** One memory with its text, and the sequence it is at least as new as; undefined: deleted. */
  readOne(id: MemoryId): Promise<Reading | undefined>
  /** The text of one version, or undefined where only the newest can be had. */
  readVersion(id: string): Promise<string | undefined>
  apply(operations: readonly BatchOperation[]): Promise<Applied>
  /** Changes after a sequence, all of them up to now. */
  changesAfter(seq: number): Promise<readonly Change[]>
  /** What happens after a sequence, until the signal. */
  watch(after: number, signal: AbortSignal): AsyncIterable<News>
  /** A sequence by which the mount shows everything that others have done until now. */
  seqNow(): Promise<number>
}

/** What `df` shows of a store. */
export type StoreLimits = Pick<Limits, 'storeMemoriesMax' | 'storeBytesMax'>

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

/** What happened in a store. */
export interface News {
  /** All of it since the last news; undefined: some is missing, and only the whole store tells. */
  readonly changes: readonly Change[] | undefined
  /** The sequence up to which nothing is missing now. */
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
    seqNow,
    async limits() {
      const { memoriesMax, contentBytesMax } = await api.getUsage({ storeId })
      return { storeMemoriesMax: memoriesMax, storeBytesMax: contentBytesMax }
    },
    async readAll() {
      const seq = await seqNow()
      const memories = await readPages(api, storeId)
      return { readings: memories.map((memory) => readingOf(memory, seq)), seq }
    },
    async readOne(memoryId) {
      const seq = await seqNow()
      const memory = await readMemory(api, storeId, memoryId)
      return memory && readingOf(memory, seq)
    },
    readVersion: (versionId) => readVersion(api, storeId, versionId),
    apply: (operations) => api.applyBatch({ storeId, operations }),
    async changesAfter(seq) {
      const all: Change[] = []
      for (let after = seq; ; after = all.at(-1)?.seq ?? after) {
        const page = await api.listChanges({ storeId, after, limit: changesPerPage })
        all.push(...page.changes)
        if (page.changes.length < changesPerPage) return all
      }
    },
    async *watch(after, signal) {
      let last = after
      for await (const change of api.watchChanges({ storeId, after, signal })) {
        // Numbered densely: where some are missing, retention has taken them.
        const isNext = change.seq <= last + 1
        last = Math.max(last, change.seq)
        yield { changes: isNext ? [change] : undefined, seq: change.seq }
      }
    },
  }
}

export function readingOf(memory: Memory, seq: number): Reading {
  return { memory, text: memory.content ?? '', seq }
}

export async function readMemory(
  api: Api,
  storeId: string,
  memoryId: MemoryId,
): Promise<Memory | undefined> {
  try {
    return await api.getMemory({ storeId, memoryId, view: 'full' })
  } catch (error) {
    if (codeOf(error) === 'not_found') return undefined
    throw error
  }
}

/** @returns undefined for one purged since: only what the memory is now can be had */
export async function readVersion(
  api: Api,
  storeId: string,
  versionId: string,
): Promise<string | undefined> {
  try {
    return (await api.getVersion({ storeId, versionId })).content
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
