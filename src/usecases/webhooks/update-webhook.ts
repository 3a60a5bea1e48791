import { invalid } from '../../domain/errors.ts'
import { parseDescription } from '../../domain/memory/store.ts'
import { parseEventTypes, parseStoreIds } from '../../domain/webhook/webhook.ts'
import type { UseCase } from '../app.ts'
import { given } from '../found.ts'
import { ofWebhook, parseTarget } from './reach-webhook.ts'

export const updateWebhook: UseCase<'updateWebhook'> = async (app, caller, input) =>
  app.storage.commit({
    type: 'update_webhook',
    ...ofWebhook(caller, input),
    patch: {
      url: given(input.url, (url) => parseTarget(app, url)),
      description: given(input.description, parseDescription),
      events: given(input.events, parseEventTypes),
      storeIds: given(input.storeIds, parseStoreIds),
      isEnabled: given(input.enabled, parseSwitch),
    },
  })

function parseSwitch(input: unknown): boolean {
  if (typeof input === 'boolean') return input
  throw invalid('enabled', 'must be true or false')
}
