// Storages under test: every engine opens them its own way, the conformance suite does not know
// which.
import { afterAll, beforeAll } from 'vitest'
import { defaultLimits, defaultRetention } from '../../src/domain/limits.ts'
import type { Storage, StorageOptions } from '../../src/storage/port.ts'

interface OpenedStorage extends AsyncDisposable {
  readonly storage: Storage
  /** Closes the storage and opens another over the same data. */
  reopen(options?: Partial<StorageOptions>): Promise<Storage>
  /** Makes the data look as if a newer program had been there. The storage is closed. */
  pretendNewer(): Promise<void>
}

/** Opens an empty storage of its own. */
export type OpenStorage = (options?: Partial<StorageOptions>) => Promise<OpenedStorage>

export interface Given {
  /** Shared by the tests of a part: each works in a store and workspace of its own. */
  readonly storage: Storage
  readonly open: OpenStorage
}

export function optionsWith(options: Partial<StorageOptions> = {}): StorageOptions {
  return { limits: defaultLimits, retention: defaultRetention, clock: Date.now, ...options }
}

/** Opens a storage before the tests that `define` adds and closes it behind them. */
export function withStorage(open: OpenStorage, define: (given: Given) => void): void {
  let opened: OpenedStorage | undefined
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]()
  })
  define({
    open,
    get storage() {
      if (opened === undefined) throw new Error('the storage is not open')
      return opened.storage
    },
  })
}

/** A clock that stands until it is moved; milliseconds. */
export interface HandClock {
  now: number
  readonly read: () => number
}

export function handClock(now = 1_800_000_000_000): HandClock {
  const clock = { now, read: () => clock.now }
  return clock
}
