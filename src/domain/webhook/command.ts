import type { DeliveryId, StoreId, WebhookId, WorkspaceId } from '../ids.ts'
import type { AttemptResult, Delivery, WebhookEvent } from './delivery.ts'
import type { Webhook, WebhookEventType, WebhookPatch, WebhookSecrets } from './webhook.ts'

// Writes about webhooks, as data. What concerns one webhook is alone in it.

export interface CreateWebhook {
  readonly type: 'create_webhook'
  readonly workspaceId: WorkspaceId
  readonly url: string
  readonly description: string
  readonly events: readonly WebhookEventType[]
  readonly storeIds: readonly StoreId[]
  readonly secret: string
}

interface OfWebhook {
  readonly workspaceId: WorkspaceId
  readonly webhookId: WebhookId
}

export interface UpdateWebhook extends OfWebhook {
  readonly type: 'update_webhook'
  readonly patch: WebhookPatch
}

/** Its deliveries go with it. */
export interface DeleteWebhook extends OfWebhook {
  readonly type: 'delete_webhook'
}

export interface RotateSecret extends OfWebhook {
  readonly type: 'rotate_webhook_secret'
  readonly secret: string
}

/** Queues events of one store, unless somebody has queued them since `expectedSeq` was read. */
export interface QueueDeliveries extends OfWebhook {
  readonly type: 'queue_deliveries'
  readonly storeId: StoreId
  /** Where the webhook stood in this store; undefined: nowhere yet. */
  readonly expectedSeq: number | undefined
  /** Where it stands afterwards. */
  readonly seq: number
  readonly events: readonly WebhookEvent[]
}

/** Queues an event that says nothing but that the way is open. */
export interface TestWebhook extends OfWebhook {
  readonly type: 'test_webhook'
}

/** Goes back (or on) to a sequence of a store: what follows it is sent again. */
export interface ReplayWebhook extends OfWebhook {
  readonly type: 'replay_webhook'
  readonly storeId: StoreId
  readonly after: number
}

/** Turns stores that were deleted into deliveries, oldest first, a few at a time. */
export interface QueueEndings {
  readonly type: 'queue_endings'
}

interface OfDelivery extends OfWebhook {
  readonly deliveryId: DeliveryId
}

/** Takes a due delivery, if nobody else has. */
export interface ClaimDelivery extends OfDelivery {
  readonly type: 'claim_delivery'
}

export interface FinishDelivery extends OfDelivery {
  readonly type: 'finish_delivery'
  /** The attempt that ended: a later one, begun elsewhere, is not touched. */
  readonly attempt: number
  readonly result: AttemptResult
  readonly jitter: number
}

/** Sends again at once, whatever became of it; counting starts anew. */
export interface RetryDelivery extends OfDelivery {
  readonly type: 'retry_delivery'
}

/** Forgets what was delivered or given up long ago. */
export interface PurgeDeliveries {
  readonly type: 'purge_deliveries'
}

export type WebhookCommand =
  | CreateWebhook
  | UpdateWebhook
  | DeleteWebhook
  | RotateSecret
  | QueueDeliveries
  | TestWebhook
  | ReplayWebhook
  | QueueEndings
  | ClaimDelivery
  | FinishDelivery
  | RetryDelivery
  | PurgeDeliveries

export interface WebhookAnswers {
  create_webhook: Webhook
  update_webhook: Webhook
  delete_webhook: undefined
  rotate_webhook_secret: Webhook
  queue_deliveries: undefined
  test_webhook: Delivery
  replay_webhook: undefined
  /** How many stores there were. */
  queue_endings: number
  /** With what signs it; undefined where somebody else was faster. */
  claim_delivery: Claimed | undefined
  finish_delivery: undefined
  retry_delivery: Delivery
  purge_deliveries: undefined
}

export interface Claimed {
  readonly delivery: Delivery
  readonly webhook: Webhook
  readonly secrets: WebhookSecrets
}
