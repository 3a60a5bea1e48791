import { invalid } from '../../domain/errors.ts'
import { watches } from '../../domain/webhook/webhook.ts'
import type { UseCase } from '../app.ts'
import { parseAfter } from '../changes/feed.ts'
import { idOf, scopeOf } from '../found.ts'
import { ofWebhook, reachWebhook } from './reach-webhook.ts'

export const replayWebhook: UseCase<'replayWebhook'> = async (app, caller, input) => {
  const webhook = await reachWebhook(app, caller, input)
  const storeId = idOf(scopeOf(caller, input.storeId).storeId, 'memory store')
  const after = parseAfter(input.after)
  if (!watches(webhook, storeId)) {
    throw invalid('memory_store_id', 'is not a store that this webhook tells of')
  }
  const usage = await app.storage.view.usage(scopeOf(caller, storeId))
  if (usage !== undefined && after > usage.seq) {
    throw invalid('after', `is beyond the store's newest change, ${usage.seq}: nothing follows it`)
  }
  await app.storage.commit({ type: 'replay_webhook', ...ofWebhook(caller, input), storeId, after })
  return webhook
}
