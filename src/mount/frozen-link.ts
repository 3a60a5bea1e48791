import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { Moment } from '../domain/history/moment.ts'
import type { MemoryId } from '../domain/ids.ts'
import { isDirectory } from '../domain/memory/memory.ts'
import type { Change } from '../domain/memory/version.ts'
import { codeOf, nativeLink, readingOf, type Link, type Reading } from './link.ts'

const memoriesPerPage = 20

/**
 * A store as it was: read once, never written. Of what happens since it hears one thing: a text of
 * the moment that is erased goes from the mount as well.
 * @param asOf fixed by the caller, so that it stays what it is whatever is written
 */
export function frozenLink(api: Api, storeId: string, asOf: Moment): Link {
  const native = nativeLink(api, storeId)
  const atSeq = asOf.seq
  /** What was looked through: the feed hands on little of it, and need not begin there again. */
  let seen = 0

  const readOne = async (memoryId: MemoryId): Promise<Reading | undefined> => {
    try {
      const memory = await api.getMemoryAsOf({ storeId, memoryId, atSeq, view: 'full' })
      return readingOf(memory, atSeq)
    } catch (error) {
      if (codeOf(error) === 'not_found') return undefined
      throw error
    }
  }

  const erasedBy = async (changes: readonly Change[]): Promise<Change[]> => {
    const erased: Change[] = []
    for (const change of changes) {
      if (change.kind !== 'redacted' || change.memoryId === undefined) continue
      if ((await readOne(change.memoryId)) !== undefined) continue
      erased.push({ ...change, kind: 'deleted' })
    }
    return erased
  }

  return {
    ...native,
    asOf,
    async readAll() {
      // What is erased from here on, the feed tells.
      const { headSeq: seq } = await api.getMoment({ storeId, atSeq })
      const readings: Reading[] = []
      const query = { storeId, atSeq, view: 'full', limit: memoriesPerPage } as const
      for (let page: string | undefined; ;) {
        const { items, nextPage } = await api.listMemoriesAsOf({ ...query, page })
        for (const item of items) if (!isDirectory(item)) readings.push(readingOf(item, seq))
        if (nextPage === undefined) return { readings, seq }
        page = nextPage
      }
    },
    readOne,
    apply: () => {
      const message = 'what is past cannot be written'
      return Promise.reject(new DomainError({ code: 'archived', message }))
    },
    // Others' writes are of no concern.
    seqNow: () => Promise.resolve(atSeq),
    async *watch(after, signal) {
      seen = Math.max(seen, after)
      for await (const { changes, seq } of native.watch(seen, signal)) {
        const erased = changes && (await erasedBy(changes))
        seen = seq
        if (erased === undefined || erased.length > 0) yield { changes: erased, seq }
      }
    },
  }
}
