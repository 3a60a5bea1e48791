import type { Capability } from '../domain/caller.ts'
import type { Page } from '../domain/page.ts'
import type { Delivery } from '../domain/webhook/delivery.ts'
import type { Webhook } from '../domain/webhook/webhook.ts'

/** The verbs about webhooks, all of them for admins of the workspace. */
export interface WebhooksApi {
  createWebhook(input: CreateWebhookInput): Promise<NewWebhook>
  /** Oldest first, disabled ones included. */
  listWebhooks(): Promise<readonly Webhook[]>
  getWebhook(input: WebhookInput): Promise<Webhook>
  updateWebhook(input: UpdateWebhookInput): Promise<Webhook>
  deleteWebhook(input: WebhookInput): Promise<{ readonly id: string }>
  /** A new secret; the one before signs beside it for a day. */
  rotateWebhookSecret(input: WebhookInput): Promise<NewWebhook>
  /** Queues an event that says nothing, to see whether the way is open. */
  testWebhook(input: WebhookInput): Promise<Delivery>
  /** Sends again what followed a sequence of a store. */
  replayWebhook(input: ReplayWebhookInput): Promise<Webhook>
  /** Newest first. */
  listDeliveries(input: ListDeliveriesInput): Promise<Page<Delivery>>
  retryDelivery(input: DeliveryInput): Promise<Delivery>
}

export interface CreateWebhookInput {
  readonly url: unknown
  /** undefined or null: "". */
  readonly description?: unknown
  /** Types of events; all of them when not given. */
  readonly events?: unknown
  /** Ids of stores; every store when not given. */
  readonly storeIds?: unknown
}

export interface WebhookInput {
  readonly webhookId: string
}

/** Fields that are undefined or null stay. */
export interface UpdateWebhookInput extends WebhookInput {
  readonly url?: unknown
  readonly description?: unknown
  readonly events?: unknown
  /** An empty list: every store. */
  readonly storeIds?: unknown
  readonly enabled?: unknown
}

/** The only time the secret is seen. */
export interface NewWebhook extends Webhook {
  /** `whsec_…` (Standard Webhooks). */
  readonly secret: string
}

export interface ReplayWebhookInput extends WebhookInput {
  readonly storeId: string
  /** A sequence of the store: 0 sends everything that is retained. */
  readonly after: number
}

export interface ListDeliveriesInput extends WebhookInput {
  /** `pending`, `delivered` or `dead`; all of them when not given. */
  readonly state?: string | undefined
  /** 1 to 100; 20 when not given. */
  readonly limit?: number | undefined
  readonly page?: string | undefined
}

export interface DeliveryInput extends WebhookInput {
  readonly deliveryId: string
}

export const webhookNeeds: Record<keyof WebhooksApi, Capability> = {
  createWebhook: 'admin',
  listWebhooks: 'admin',
  getWebhook: 'admin',
  updateWebhook: 'admin',
  deleteWebhook: 'admin',
  rotateWebhookSecret: 'admin',
  testWebhook: 'admin',
  replayWebhook: 'admin',
  listDeliveries: 'admin',
  retryDelivery: 'admin',
}
