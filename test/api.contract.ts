// The contract of the Api: one suite for every door over every engine. A runner opens worlds.
import { afterAll, beforeAll, describe } from 'vitest'
import { activityContract } from './api/activity.contract.ts'
import { feedsContract } from './api/feeds.contract.ts'
import { historyContract } from './api/history.contract.ts'
import { undoContract } from './api/undo.contract.ts'
import { forgetContract } from './api/forget.contract.ts'
import { forgetClaimsContract } from './api/forget-claims.contract.ts'
import { guardContract } from './api/guard.contract.ts'
import { limitsContract, smallLimits } from './api/limits.contract.ts'
import { listingContract } from './api/listing.contract.ts'
import { memoriesContract } from './api/memories.contract.ts'
import { ownContract } from './api/own.contract.ts'
import { reasonsContract } from './api/reasons.contract.ts'
import { searchContract } from './api/search.contract.ts'
import { searchPastContract } from './api/search-past.contract.ts'
import { storesContract } from './api/stores.contract.ts'
import { tenancyContract } from './api/tenancy.contract.ts'
import { transferContract } from './api/transfer.contract.ts'
import { versionsContract } from './api/versions.contract.ts'
import type { OpenWorld, World } from './support/world.ts'

const parts = [
  storesContract,
  memoriesContract,
  listingContract,
  versionsContract,
  reasonsContract,
  tenancyContract,
  ownContract,
  feedsContract,
  activityContract,
  historyContract,
  undoContract,
  searchContract,
  searchPastContract,
  forgetContract,
  forgetClaimsContract,
  transferContract,
  // Last: it looks at what the others have left.
  guardContract,
]

export function apiContract(door: string, open: OpenWorld): void {
  describe(`the Api ${door}`, () => {
    withWorld(open, (given) => {
      for (const part of parts) part(given)
    })
    describe('with small limits', () => {
      withWorld(() => open(smallLimits), limitsContract)
    })
  })
}

/** Opens a world before the tests that `define` adds and closes it behind them. */
function withWorld(
  open: () => Promise<World>,
  define: (given: { readonly world: World }) => void,
): void {
  let opened: World | undefined
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]()
  })
  define({
    get world() {
      if (opened === undefined) throw new Error('the world is not open')
      return opened
    },
  })
}
