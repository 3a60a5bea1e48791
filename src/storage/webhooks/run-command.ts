import { unreachable } from '../../domain/assert.ts'
import type { WebhookCommand } from '../../domain/webhook/command.ts'
import type { Result, Script } from '../sessions/script.ts'
import {
  claimDelivery,
  finishDelivery,
  purgeDeliveries,
  queueDeliveries,
  queueEndings,
  retryDelivery,
  testWebhook,
} from './deliveries.ts'
import {
  createWebhook,
  deleteWebhook,
  replayWebhook,
  rotateSecret,
  updateWebhook,
} from './webhooks.ts'

/**
 * One command: load facts, decide, apply.
 * @param now milliseconds since 1970
 */
export function runWebhookCommand(command: WebhookCommand, now: number): Script<Result> {
  switch (command.type) {
    case 'create_webhook':
      return createWebhook(command, now)
    case 'update_webhook':
      return updateWebhook(command, now)
    case 'delete_webhook':
      return deleteWebhook(command)
    case 'rotate_webhook_secret':
      return rotateSecret(command, now)
    case 'queue_deliveries':
      return queueDeliveries(command, now)
    case 'test_webhook':
      return testWebhook(command, now)
    case 'replay_webhook':
      return replayWebhook(command)
    case 'queue_endings':
      return queueEndings(now)
    case 'claim_delivery':
      return claimDelivery(command, now)
    case 'finish_delivery':
      return finishDelivery(command, now)
    case 'retry_delivery':
      return retryDelivery(command, now)
    case 'purge_deliveries':
      return purgeDeliveries(now)
    default:
      return unreachable(command)
  }
}

const types: Readonly<Record<WebhookCommand['type'], true>> = {
  create_webhook: true,
  update_webhook: true,
  delete_webhook: true,
  rotate_webhook_secret: true,
  queue_deliveries: true,
  test_webhook: true,
  replay_webhook: true,
  queue_endings: true,
  claim_delivery: true,
  finish_delivery: true,
  retry_delivery: true,
  purge_deliveries: true,
}

export function isWebhookCommand<Other extends { readonly type: string }>(
  command: WebhookCommand | Other,
): command is WebhookCommand {
  return Object.hasOwn(types, command.type)
}
