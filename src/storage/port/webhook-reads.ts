import type { StoreId } from '../../domain/ids.ts'
import type { Delivery, DeliveryState } from '../../domain/webhook/delivery.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { ListPosition } from './session-reads.ts'

/** Reads about webhooks. Ids of another workspace, or no ids at all, read as undefined. */
export interface WebhookReads {
  webhook(workspaceId: string, webhookId: string): Promise<Webhook | undefined>
  /** Oldest first, disabled ones included. @param workspaceId undefined: of every workspace */
  webhooks(workspaceId: string | undefined): Promise<Webhook[]>
  /** Where a webhook stands in a store; undefined: it has not seen the store yet. */
  place(webhookId: string, storeId: string): Promise<number | undefined>
  /** Stores whose newest change the webhook has not seen, in any order. */
  storesBehind(webhook: Webhook, limit: number): Promise<StoreId[]>
  /** Pending deliveries of a webhook whose time has come, the longest due first. */
  dueDeliveries(webhookId: string, now: number, limit: number): Promise<Delivery[]>
  /** Newest first. */
  deliveries(query: DeliveriesQuery): Promise<Delivery[]>
}

export interface DeliveriesQuery {
  readonly webhookId: string
  /** Undefined: all of them. */
  readonly state: DeliveryState | undefined
  readonly after: ListPosition | undefined
  readonly limit: number
}
