import type { UseCase } from '../app.ts'
import { grepLines } from './grep-lines.ts'

export const grepStore: UseCase<'grepStore'> = async (app, caller, input) =>
  grepLines(app, { caller, storeId: input.storeId, input })
