import type { DeliveryId } from '../../domain/ids.ts'
import type { UseCase } from '../app.ts'
import { idOf } from '../found.ts'
import { ofWebhook } from './reach-webhook.ts'

export const retryDelivery: UseCase<'retryDelivery'> = async ({ storage }, caller, input) =>
  storage.commit({
    type: 'retry_delivery',
    ...ofWebhook(caller, input),
    deliveryId: idOf(input.deliveryId as DeliveryId, 'delivery'),
  })
