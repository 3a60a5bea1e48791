// The contract of the storage port: one suite for every engine. A runner opens storages.
import { describe } from 'vitest'
import { batchContract } from './storage/batch.contract.ts'
import { changesContract } from './storage/changes.contract.ts'
import { historyContract } from './storage/history.contract.ts'
import { limitsContract } from './storage/limits.contract.ts'
import { listingContract } from './storage/listing.contract.ts'
import { memoriesContract } from './storage/memories.contract.ts'
import { modelContract } from './storage/model.contract.ts'
import { openingContract } from './storage/opening.contract.ts'
import { pastContract } from './storage/past.contract.ts'
import { racesContract } from './storage/races.contract.ts'
import { redactionContract } from './storage/redaction.contract.ts'
import { retentionContract } from './storage/retention.contract.ts'
import { storesContract } from './storage/stores.contract.ts'
import { tenancyContract } from './storage/tenancy.contract.ts'
import { textContract } from './storage/text.contract.ts'
import { withStorage, type OpenStorage } from './support/storages.ts'

const parts = [
  memoriesContract,
  batchContract,
  racesContract,
  limitsContract,
  listingContract,
  historyContract,
  pastContract,
  changesContract,
  redactionContract,
  retentionContract,
  storesContract,
  tenancyContract,
  textContract,
  openingContract,
  modelContract,
]

export function storageContract(engine: string, open: OpenStorage): void {
  describe(`storage in ${engine}`, () => {
    withStorage(open, (given) => {
      for (const part of parts) part(given)
    })
  })
}
