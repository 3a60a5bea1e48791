import { DomainError } from '../domain/errors.ts'
import { defaultLimits } from '../domain/limits.ts'
import type { Link, Reading } from './link.ts'

/** A whole store as of one sequence. */
export interface Moment {
  readonly readings: readonly Reading[]
  readonly seq: number
}

/**
 * A store as it was: read once by `load`, never followed, never written. The mount that shows it is
 * read-only.
 */
export function frozenLink(storeId: string, load: () => Promise<Moment>): Link {
  let loading: Promise<Moment> | undefined
  const moment = () => (loading ??= load())
  return {
    storeId,
    // Its one sequence is the store's.
    isNative: true,
    limits: () => Promise.resolve(defaultLimits),
    readAll: moment,
    async readOne(id) {
      const { readings } = await moment()
      return readings.find(({ memory }) => memory.id === id)
    },
    async readVersion(id) {
      const { readings } = await moment()
      return readings.find(({ memory }) => memory.versionId === id)?.text
    },
    apply: () => {
      const message = 'what is past cannot be written'
      return Promise.reject(new DomainError({ code: 'archived', message }))
    },
    changesAfter: () => Promise.resolve([]),
    async seqNow() {
      return (await moment()).seq
    },
    // Nothing happens any more.
    // oxlint-disable-next-line require-yield
    async *watch(_after, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
    },
  }
}
