import { DomainError } from '../../domain/errors.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import type {
  FoundLine,
  FoundMemory,
  FoundPage,
  LinesQuery,
  OwnedSearching,
  WordsQuery,
} from '../port/searching.ts'
import { SearcherThread, type SearcherOptions } from './searcher-thread.ts'

const minuteMs = 60_000
/** Signatures are small and take a while to make; texts are neither. */
const wordsIdleMs = 30 * minuteMs
const linesIdleMs = minuteMs
/** How long a workspace stays apart after a pattern of its had to be stopped. */
const apartMs = 10 * minuteMs

type Engine = Pick<SearcherOptions, 'module' | 'data'>

/** Searching by threads: one for words, one for lines, one for lines of those who held it up. */
export class Searcher implements OwnedSearching {
  readonly #words: SearcherThread
  readonly #lines: SearcherThread
  readonly #apart: SearcherThread
  readonly #apartUntil = new Map<string, number>()

  constructor(engine: Engine) {
    this.#words = new SearcherThread({ ...engine, role: 'words', idleMs: wordsIdleMs })
    this.#lines = new SearcherThread({ ...engine, role: 'lines', idleMs: linesIdleMs })
    this.#apart = new SearcherThread({ ...engine, role: 'lines', idleMs: linesIdleMs })
  }

  async words(query: WordsQuery, signal?: AbortSignal): Promise<Found<FoundPage<FoundMemory>>> {
    const reply = await this.#words.ask({ type: 'words', query }, signal)
    return reply as Found<FoundPage<FoundMemory>>
  }

  async lines(query: LinesQuery, signal?: AbortSignal): Promise<Found<FoundPage<FoundLine>>> {
    const { workspaceId } = query
    const until = this.#apartUntil.get(workspaceId) ?? 0
    if (until < performance.now()) this.#apartUntil.delete(workspaceId)
    const thread = this.#apartUntil.has(workspaceId) ? this.#apart : this.#lines
    try {
      const reply = await thread.ask({ type: 'lines', query }, signal)
      return reply as Found<FoundPage<FoundLine>>
    } catch (error) {
      const isRefused = error instanceof DomainError && error.code === 'invalid'
      if (isRefused) this.#apartUntil.set(workspaceId, performance.now() + apartMs)
      throw error
    }
  }

  async settle(scope: StoreScope): Promise<void> {
    const running = this.#threads.filter(({ isRunning }) => isRunning)
    await Promise.all(running.map((thread) => thread.ask({ type: 'settle', scope })))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()))
  }

  get #threads(): readonly SearcherThread[] {
    return [this.#words, this.#lines, this.#apart]
  }
}
