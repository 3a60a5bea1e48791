import { permit } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'

export const listWebhooks: UseCase<'listWebhooks'> = async ({ storage }, caller) => {
  permit(caller, 'admin')
  return storage.view.webhooks.webhooks(caller.workspaceId)
}
