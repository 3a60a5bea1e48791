import type { UseCase } from '../app.ts'
import { searchWords } from './search-words.ts'

export const searchStore: UseCase<'searchStore'> = async (app, caller, input) =>
  searchWords(app, { caller, storeId: input.storeId, input })
