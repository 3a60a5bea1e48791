import type { NewWebhook } from '../api/webhooks.ts'
import type { DeliveryId, StoreId, WebhookId, WorkspaceId } from '../domain/ids.ts'
import { deliveryStates, type Delivery, type DeliveryState } from '../domain/webhook/delivery.ts'
import {
  webhookEventTypes,
  type Webhook,
  type WebhookEventType,
} from '../domain/webhook/webhook.ts'
import { expectObject } from './json.ts'
import { count, literal, object, orNull, string, time, type Schema } from './schema.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireWebhook {
  id: string
  type: 'webhook'
  created_at: string
  description: string
  disabled_at: string | null
  disabled_because: string | null
  enabled: boolean
  events: readonly WebhookEventType[]
  memory_store_ids: readonly string[]
  updated_at: string
  url: string
  workspace_id: string
}

export interface WireNewWebhook extends WireWebhook {
  secret: string
}

export function encodeWebhook(webhook: Webhook): WireWebhook {
  return {
    id: webhook.id,
    type: 'webhook',
    created_at: encodeTime(webhook.createdAt),
    description: webhook.description,
    disabled_at: encodeTimeOrNull(webhook.disabledAt),
    disabled_because: webhook.disabledBecause ?? null,
    enabled: webhook.disabledAt === undefined,
    events: webhook.events,
    memory_store_ids: webhook.storeIds,
    updated_at: encodeTime(webhook.updatedAt),
    url: webhook.url,
    workspace_id: webhook.workspaceId,
  }
}

export function decodeWebhook(json: unknown): Webhook {
  const wire = expectObject(json, 'webhook') as WireWebhook
  return {
    id: wire.id as WebhookId,
    workspaceId: wire.workspace_id as WorkspaceId,
    url: wire.url,
    description: wire.description,
    events: wire.events,
    storeIds: wire.memory_store_ids as readonly StoreId[],
    createdAt: decodeTime(wire.created_at),
    updatedAt: decodeTime(wire.updated_at),
    disabledAt: decodeTimeOrUndefined(wire.disabled_at),
    disabledBecause: wire.disabled_because ?? undefined,
  }
}

export function encodeNewWebhook(webhook: NewWebhook): WireNewWebhook {
  return { ...encodeWebhook(webhook), secret: webhook.secret }
}

export function decodeNewWebhook(json: unknown): NewWebhook {
  return { ...decodeWebhook(json), secret: (expectObject(json) as WireNewWebhook).secret }
}

export interface WireDelivery {
  id: string
  type: 'webhook_delivery'
  attempts: number
  created_at: string
  delivered_at: string | null
  event: {
    type: Delivery['event']['type']
    created_at: string
    id: string
    memory_store_id: string | null
    memory_version_id: string | null
    seq: number | null
  }
  last_error: string | null
  next_attempt_at: string | null
  state: DeliveryState
  webhook_id: string
  workspace_id: string
}

export function encodeDelivery(delivery: Delivery): WireDelivery {
  const { event } = delivery
  return {
    id: delivery.id,
    type: 'webhook_delivery',
    attempts: delivery.attempts,
    created_at: encodeTime(delivery.createdAt),
    delivered_at: encodeTimeOrNull(delivery.deliveredAt),
    event: {
      type: event.type,
      created_at: encodeTime(event.at),
      id: event.subjectId,
      memory_store_id: event.storeId ?? null,
      memory_version_id: event.versionId ?? null,
      seq: event.seq ?? null,
    },
    last_error: delivery.lastError ?? null,
    next_attempt_at: delivery.state === 'pending' ? encodeTime(delivery.dueAt) : null,
    state: delivery.state,
    webhook_id: delivery.webhookId,
    workspace_id: delivery.workspaceId,
  }
}

export function decodeDelivery(json: unknown): Delivery {
  const wire = expectObject(json, 'webhook_delivery') as WireDelivery
  const { event } = wire
  return {
    id: wire.id as DeliveryId,
    webhookId: wire.webhook_id as WebhookId,
    workspaceId: wire.workspace_id as WorkspaceId,
    event: {
      type: event.type,
      at: decodeTime(event.created_at),
      subjectId: event.id,
      storeId: (event.memory_store_id ?? undefined) as StoreId | undefined,
      versionId: event.memory_version_id ?? undefined,
      seq: event.seq ?? undefined,
    },
    state: wire.state,
    attempts: wire.attempts,
    createdAt: decodeTime(wire.created_at),
    dueAt: decodeTime(wire.next_attempt_at ?? wire.delivered_at ?? wire.created_at),
    deliveredAt: decodeTimeOrUndefined(wire.delivered_at),
    lastError: wire.last_error ?? undefined,
  }
}

const webhookFields = {
  id: string('`webhook_…`'),
  type: literal('webhook'),
  created_at: { ...time, description: 'It tells of what happens from then on.' },
  description: string('"" when unset.'),
  disabled_at: orNull({ ...time, description: 'Null while it is enabled.' }),
  disabled_because: orNull({ type: 'string', description: 'For people.' }),
  enabled: {
    type: 'boolean',
    description: 'While it is not, nothing is sent; what happens meanwhile is sent later.',
  },
  events: {
    type: 'array',
    items: { type: 'string', enum: webhookEventTypes },
    description: 'What it tells of.',
  },
  memory_store_ids: {
    type: 'array',
    items: { type: 'string' },
    description: 'The stores it tells of; empty: every store of the workspace.',
  },
  updated_at: time,
  url: string('Where events are sent.'),
  workspace_id: string('The workspace whose stores it tells of.'),
} satisfies Record<string, Schema>

export const webhookSchema: Schema = object(webhookFields, 'Where events are sent.')
export const newWebhookSchema: Schema = object(
  { ...webhookFields, secret: string('Signs what is sent; shown this once.') },
  'A webhook with its new secret.',
)

export const deliverySchema: Schema = object(
  {
    id: string('`evt_…`; receivers see it as `webhook-id`, the same on every attempt.'),
    type: literal('webhook_delivery'),
    attempts: { ...count, description: 'Attempts so far.' },
    created_at: time,
    delivered_at: orNull(time),
    event: object({
      type: string('What happened.'),
      created_at: { ...time, description: 'When it happened.' },
      id: string('Of the memory or the store.'),
      memory_store_id: orNull({ type: 'string' }),
      memory_version_id: orNull({ type: 'string' }),
      seq: orNull({ ...count, description: "Its place among the store's changes." }),
    }),
    last_error: orNull({ type: 'string', description: 'Why the last attempt failed.' }),
    next_attempt_at: orNull({ ...time, description: 'Null unless it is pending.' }),
    state: {
      type: 'string',
      enum: deliveryStates,
      description: '`dead`: every attempt failed; send it again by hand.',
    },
    webhook_id: string('Where it goes.'),
    workspace_id: string(),
  },
  'One event on its way to one webhook.',
)
