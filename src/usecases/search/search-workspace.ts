import type { UseCase } from '../app.ts'
import { searchWords } from './search-words.ts'

export const searchWorkspace: UseCase<'searchWorkspace'> = async (app, caller, input) =>
  searchWords(app, { caller, storeId: undefined, input })
