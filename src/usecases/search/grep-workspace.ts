import type { UseCase } from '../app.ts'
import { grepLines } from './grep-lines.ts'

export const grepWorkspace: UseCase<'grepWorkspace'> = async (app, caller, input) =>
  grepLines(app, { caller, storeId: undefined, input })
