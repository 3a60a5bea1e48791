import type { UseCase } from '../app.ts'
import { ofWebhook } from './reach-webhook.ts'

export const testWebhook: UseCase<'testWebhook'> = async ({ storage }, caller, input) =>
  storage.commit({ type: 'test_webhook', ...ofWebhook(caller, input) })
