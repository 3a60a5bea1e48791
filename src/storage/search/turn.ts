import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoreId } from '../../domain/ids.ts'
import type { StoreScope } from '../port/store-scope.ts'
import type { SearchView } from './mirror.ts'
import type { LinesQuery, WordsQuery } from '../port/searching.ts'

/** How long a page is worked on before what was found so far is given out. */
export const pageMs = 5_000
const turnMs = 15

/** The time that one question has, and its turns with others on the same thread. */
export class Turn {
  readonly #until = performance.now() + pageMs
  readonly #isStopped: () => boolean
  #yieldAt = performance.now() + turnMs
  #isFirst = true

  constructor(isStopped: () => boolean) {
    this.#isStopped = isStopped
  }

  /** Lets others go first, now and then. @returns whether to go on */
  async next(): Promise<boolean> {
    if (performance.now() >= this.#yieldAt) {
      await nextTurn()
      this.#yieldAt = performance.now() + turnMs
    }
    if (this.#isStopped()) return false
    // Every page gets somewhere, however long it took to begin.
    if (!this.#isFirst) return performance.now() < this.#until
    this.#isFirst = false
    return true
  }
}

const storesPage = 500

/** The stores of a question, those of the workspace where it names none. */
export async function scopesOf(
  view: SearchView,
  { workspaceId, storeIds }: WordsQuery | LinesQuery,
): Promise<StoreScope[]> {
  if (storeIds !== undefined) return storeIds.map((storeId) => ({ workspaceId, storeId }))
  const found: StoreScope[] = []
  const all = { workspaceId, includeArchived: true, createdFrom: undefined, createdTo: undefined }
  for (let after: { createdAt: number; id: StoreId } | undefined; ;) {
    const stores = await view.stores({ ...all, after, limit: storesPage })
    found.push(...stores.map(({ id }) => ({ workspaceId, storeId: id })))
    const last = stores.at(-1)
    if (stores.length < storesPage || last === undefined) return found
    after = { createdAt: last.createdAt, id: last.id }
  }
}
