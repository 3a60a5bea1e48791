import { permit } from '../../domain/caller.ts'
import { signingKeyOf } from '../../domain/forget/receipt.ts'
import type { UseCase } from '../app.ts'

export const getSigningKey: UseCase<'getSigningKey'> = async ({ cursorKey }, caller) => {
  permit(caller, 'read')
  return signingKeyOf(cursorKey)
}
