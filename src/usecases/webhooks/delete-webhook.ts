import type { UseCase } from '../app.ts'
import { ofWebhook } from './reach-webhook.ts'

export const deleteWebhook: UseCase<'deleteWebhook'> = async ({ storage }, caller, input) => {
  const webhook = ofWebhook(caller, input)
  await storage.commit({ type: 'delete_webhook', ...webhook })
  return { id: webhook.webhookId }
}
