import type { Found, StoreScope } from '../../port/store-scope.ts'
import type { HistoryReads } from '../../port/history-reads.ts'
import type { Statements } from '../statement.ts'
import { readMemoriesAsOf, readMemoryAsOf } from './read-as-of.ts'
import { readChangedBetween } from './read-between.ts'
import { readLog } from './read-log.ts'
import { readMoment } from './read-moment.ts'

const missingStore = { found: false, missing: 'store' } as const
const missingItem = { found: false, missing: 'item' } as const

/** @param sidOf the store's number in this file, undefined when the caller cannot see it */
export function historyReads(
  statements: Statements,
  sidOf: (scope: StoreScope) => number | undefined,
): HistoryReads {
  return {
    moment: async (scope, input) =>
      statements.snapshot(() => {
        const sid = sidOf(scope)
        const facts = sid === undefined ? undefined : readMoment(statements, sid, input)
        return facts === undefined ? missingStore : found(facts)
      }),
    memoriesAsOf: async (scope, query) => {
      const sid = sidOf(scope)
      if (sid === undefined) return missingStore
      const place = { sid, storeId: scope.storeId }
      return found(await readMemoriesAsOf(statements, place, query))
    },
    memoryAsOf: async (scope, query) =>
      statements.snapshot(() => {
        const sid = sidOf(scope)
        if (sid === undefined) return missingStore
        const value = readMemoryAsOf(statements, { sid, storeId: scope.storeId }, query)
        return value === undefined ? missingItem : found(value)
      }),
    log: async (scope, query) => {
      const sid = sidOf(scope)
      if (sid === undefined) return missingStore
      return found(await readLog(statements, { sid, storeId: scope.storeId }, query))
    },
    changedBetween: async (scope, query) => {
      const sid = sidOf(scope)
      return sid === undefined
        ? missingStore
        : found(await readChangedBetween(statements, sid, query))
    },
  }
}

function found<Value>(value: Value): Found<Value> {
  return { found: true, value }
}
