import type { UseCase } from '../app.ts'
import { reachWebhook } from './reach-webhook.ts'

export const getWebhook: UseCase<'getWebhook'> = async (app, caller, input) =>
  reachWebhook(app, caller, input)
