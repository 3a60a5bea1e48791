import type { Api, BatchAnswer, BatchOperation, BatchTarget } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import { defaultLimits } from '../domain/limits.ts'
import type { MemoryId } from '../domain/ids.ts'
import { isDirectory, type Memory } from '../domain/memory/memory.ts'
import type { Change, Version } from '../domain/memory/version.ts'
import { codeOf, readingOf, readMemory, readPages, readVersion } from './link.ts'
import type { Applied, Link, News } from './link.ts'
import { pause } from './pause.ts'

// A store of a server that has the official operations alone: no feed, no batch, no sequence. Its
// list of versions, asked again and again, is the feed. Sequences are made here from the times of
// versions, which are the server's: a time is a range of numbers, and what is not a version's gets
// the next free one, so that "newer" means the same for versions and for our own questions.

/** Numbers for each millisecond of the server's time. */
const perMs = 1_024
/** Within its millisecond: versions we know are in the middle, others before or after them. */
const middle = perMs / 2

/** A version may become visible after one with a later time: so far back each look goes again. */
const overlapMs = 2_000
/** What no list of versions told, a look at everything does. */
const lookAtAllMs = 300_000
const perPage = 100

export interface Polling {
  readonly intervalMs: number
  /** The largest sequence that an earlier worker gave out; 0: there was none. */
  readonly after: number
}

export function plainLink(api: Api, storeId: string, polling: Polling): Link {
  return new PlainLink({ api, storeId }, polling)
}

class PlainLink implements Link {
  readonly storeId: string
  readonly isNative = false
  readonly #api: Api
  readonly #polling: Polling
  /** Versions that a look showed, with their times, as far back as looks go. */
  readonly #seen = new Map<string, number>()
  /** Versions that were the newest of their memory when it was read or written. */
  readonly #known = new Map<string, number>()
  /** The largest sequence so far. */
  #clock: number
  /** Time of the newest version that a look showed; undefined before the first look at all. */
  #lookedTo: number | undefined
  #wake: (() => void) | undefined
  #isAskedFor = false

  constructor({ api, storeId }: { readonly api: Api; readonly storeId: string }, polling: Polling) {
    this.#api = api
    this.storeId = storeId
    this.#polling = polling
    this.#clock = polling.after
  }

  #tick(): number {
    this.#clock += 1
    return this.#clock
  }

  /** @returns the sequence of a memory's newest version */
  #learn({ updatedAt, versionId }: Memory): number {
    this.#known.set(versionId, updatedAt)
    const seq = updatedAt * perMs + middle
    this.#clock = Math.max(this.#clock, seq)
    return seq
  }

  /** It tells none; ours are those of the hosted service, or below. */
  limits() {
    return Promise.resolve(defaultLimits)
  }

  async readAll() {
    const { storeId } = this
    const newest = await this.#api.listVersions({ storeId, limit: 1 })
    const seq = this.#tick()
    const memories = await readPages(this.#api, storeId)
    this.#lookedTo = newest.items[0]?.createdAt ?? 0
    return { readings: memories.map((memory) => readingOf(memory, this.#learn(memory))), seq }
  }

  async readOne(id: MemoryId) {
    const memory = await readMemory(this.#api, this.storeId, id)
    return memory && readingOf(memory, this.#learn(memory))
  }

  readVersion(id: string) {
    return readVersion(this.#api, this.storeId, id)
  }

  /** One after another: whoever counts on all or none asks `isNative` first. */
  async apply(operations: readonly BatchOperation[]): Promise<Applied> {
    const results: BatchAnswer[] = []
    let seq = 0
    for (const operation of operations) {
      const result = await this.#applyOne(operation)
      results.push(result)
      seq = result.type === 'memory' ? this.#learn(result.memory) : this.#tick()
    }
    return { results, seq }
  }

  async #applyOne(operation: BatchOperation): Promise<BatchAnswer> {
    const { storeId } = this
    switch (operation.type) {
      case 'create': {
        const { path, content } = operation
        return { type: 'memory', memory: await this.#api.createMemory({ storeId, path, content }) }
      }
      case 'update': {
        const { target, content, path, expectedSha256 } = operation
        const memoryId = await this.#idOf(target)
        const change = { content, path, expectedSha256 }
        const memory = await this.#api.updateMemory({ storeId, memoryId, ...change })
        return { type: 'memory', memory }
      }
      case 'delete': {
        const memoryId = await this.#idOf(operation.target)
        const { expectedSha256 } = operation
        const { id } = await this.#api.deleteMemory({ storeId, memoryId, expectedSha256 })
        return { type: 'deleted', id }
      }
      case 'move':
        throw new DomainError({
          code: 'invalid',
          message: 'this server cannot move a directory in one transaction',
        })
    }
  }

  async #idOf({ memoryId, path }: BatchTarget): Promise<string> {
    if (memoryId !== undefined) return memoryId
    const folder = String(path).replace(/[^/]*$/, '')
    const { storeId } = this
    let page: string | undefined
    do {
      const answer = await this.#api.listMemories({
        storeId,
        pathPrefix: folder,
        limit: perPage,
        page,
      })
      const found = answer.items.find((item) => !isDirectory(item) && item.path === path)
      if (found !== undefined && !isDirectory(found)) return found.id
      page = answer.nextPage
    } while (page !== undefined)
    throw new DomainError({ code: 'not_found', message: `no memory at ${String(path)}` })
  }

  async changesAfter(seq: number): Promise<readonly Change[]> {
    const versions = await this.#versionsFrom(Math.floor(seq / perMs) + 1)
    return versions.map((version, index) => changeOf(version, version.createdAt * perMs + index))
  }

  /** Oldest first. */
  async #versionsFrom(createdFrom: number): Promise<Version[]> {
    const { storeId } = this
    const versions: Version[] = []
    let page: string | undefined
    do {
      const question = { storeId, createdFrom, limit: perPage, page }
      const answer = await this.#api.listVersions(question)
      versions.push(...answer.items)
      page = answer.nextPage
    } while (page !== undefined)
    return versions.reverse()
  }

  async *watch(_after: number, signal: AbortSignal): AsyncGenerator<News> {
    let lookedAtAll = Date.now()
    while (!signal.aborted) {
      this.#isAskedFor = false
      const isDue = Date.now() - lookedAtAll > lookAtAllMs
      if (isDue) lookedAtAll = Date.now()
      if (this.#lookedTo === undefined || isDue) yield { changes: undefined, seq: this.#tick() }
      else yield await this.#look(this.#lookedTo)
      await this.#pause(signal)
    }
  }

  async #look(lookedTo: number): Promise<News> {
    const seq = this.#tick()
    const from = lookedTo - overlapMs
    const versions = await this.#versionsFrom(Math.max(0, from))
    const changes: Change[] = []
    let place = { at: 0, offset: 0 }
    for (const version of versions) {
      const { id, createdAt: at } = version
      place = { at, offset: place.at === at ? place.offset + 1 : 1 }
      if (this.#known.has(id)) place.offset = Math.max(place.offset, middle)
      if (!this.#seen.has(id)) changes.push(changeOf(version, at * perMs + place.offset))
      this.#seen.set(id, at)
    }
    this.#lookedTo = Math.max(lookedTo, versions.at(-1)?.createdAt ?? 0)
    this.#clock = Math.max(this.#clock, this.#lookedTo * perMs)
    forgetBefore(this.#seen, from)
    forgetBefore(this.#known, from)
    return { changes, seq }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    if (this.#isAskedFor) return
    const waking = new AbortController()
    this.#wake = () => waking.abort()
    await pause(this.#polling.intervalMs, AbortSignal.any([signal, waking.signal]))
    this.#wake = undefined
  }

  /** The look that begins now is the first with a sequence as large. */
  seqNow(): Promise<number> {
    this.#isAskedFor = true
    this.#wake?.()
    return Promise.resolve(this.#clock + 1)
  }
}

function forgetBefore(versions: Map<string, number>, time: number): void {
  for (const [id, at] of versions) if (at < time) versions.delete(id)
}

function changeOf(version: Version, seq: number): Change {
  const { storeId, memoryId, id: versionId, operation, path, sha256, sizeBytes } = version
  const { createdAt: at, createdBy: actor, door, requestId, redactedAt } = version
  // A deletion stays one; the text of an older version says nothing of what the memory is now.
  const isRedacted = redactedAt !== undefined && operation !== 'deleted'
  const kind = isRedacted ? 'redacted' : operation
  const what = { memoryId, versionId, path, previousPath: undefined, sha256, sizeBytes }
  return { storeId, seq, kind, at, actor, door, requestId, ...what }
}

/**
 * Whether the server knows more than the official operations.
 * @throws DomainError when the store cannot be read
 */
export async function isNativeServer(api: Api, storeId: string): Promise<boolean> {
  await api.getStore({ storeId })
  try {
    await api.getUsage({ storeId })
    return true
  } catch (error) {
    // The store was read a moment ago: what cannot be found is the operation.
    if (codeOf(error) === 'not_found' || codeOf(error) === 'invalid') return false
    throw error
  }
}
