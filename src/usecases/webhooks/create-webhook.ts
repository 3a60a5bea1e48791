import { permit } from '../../domain/caller.ts'
import { parseDescription } from '../../domain/memory/store.ts'
import { parseEventTypes, parseStoreIds, webhookEventTypes } from '../../domain/webhook/webhook.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { makeSigningSecret, parseTarget } from './reach-webhook.ts'

export const createWebhook: UseCase<'createWebhook'> = async (app, caller, input) => {
  permit(caller, 'admin')
  const secret = makeSigningSecret()
  const webhook = await app.storage.commit({
    type: 'create_webhook',
    workspaceId: caller.workspaceId,
    url: parseTarget(app, input.url),
    description: given(input.description, parseDescription) ?? '',
    events: given(input.events, parseEventTypes) ?? webhookEventTypes,
    storeIds: given(input.storeIds, parseStoreIds) ?? [],
    secret,
  })
  return { ...webhook, secret }
}
