import { invalid } from '../../domain/errors.ts'
import { deliveryStates, type DeliveryState } from '../../domain/webhook/delivery.ts'
import type { UseCase } from '../app.ts'
import { pageByTime } from '../sessions/page-by-time.ts'
import { reachWebhook } from './reach-webhook.ts'

export const listDeliveries: UseCase<'listDeliveries'> = async (app, caller, input) => {
  const { id: webhookId } = await reachWebhook(app, caller, input)
  const state = parseState(input.state)
  const list = ['deliveries', webhookId, state ?? '']
  const paging = { list, limit: input.limit, page: input.page }
  return pageByTime(app, paging, (position) =>
    app.storage.view.webhooks.deliveries({ webhookId, state, ...position }),
  )
}

function parseState(input: string | undefined): DeliveryState | undefined {
  if (input === undefined) return undefined
  const state = deliveryStates.find((known) => known === input)
  if (state === undefined) throw invalid('state', `must be one of ${deliveryStates.join(', ')}`)
  return state
}
