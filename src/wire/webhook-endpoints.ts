import { deliveryStates } from '../domain/webhook/delivery.ts'
import { webhookEventTypes } from '../domain/webhook/webhook.ts'
import { endpoint, param } from './endpoint.ts'
import { expectObject } from './json.ts'
import { decodePage, encodeList, encodePage, pageSchema, type WirePage } from './page.ts'
import { integer, oneOf, text } from './query.ts'
import { ref, string, type Schema } from './schema.ts'
import {
  decodeDelivery,
  decodeNewWebhook,
  decodeWebhook,
  encodeDelivery,
  encodeNewWebhook,
  encodeWebhook,
  type WireDelivery,
  type WireWebhook,
} from './webhook.ts'

const group = 'Palimpsest: webhooks'
const all = '/palimpsest/v1/webhooks'
const one = `${all}/:webhook_id`

const storeId = 'memstore_018EeWyXxfu5pfWkrYcMdjWG'

const exampleWebhook: WireWebhook = {
  id: 'webhook_011CZkZaBF1tNoB5wlCeusgo',
  type: 'webhook',
  created_at: '2026-11-20T08:00:00.000Z',
  description: 'the index',
  disabled_at: null,
  disabled_because: null,
  enabled: true,
  events: ['memory.created', 'memory.modified'],
  memory_store_ids: [storeId],
  updated_at: '2026-11-20T08:00:00.000Z',
  url: 'https://hooks.example.com/memory',
  workspace_id: 'wrkspc_011CZkZaBF1tNoB5wlCeusgw',
}

const exampleDelivery: WireDelivery = {
  id: 'evt_011CZkZaBF1tNoB5wlCeusgn',
  type: 'webhook_delivery',
  attempts: 2,
  created_at: '2026-11-20T08:01:00.000Z',
  delivered_at: null,
  event: {
    type: 'memory.modified',
    created_at: '2026-11-20T08:01:00.000Z',
    id: 'mem_011CZkZaBF1tNoB5wlCeusgy',
    memory_store_id: storeId,
    memory_version_id: 'memver_011CZkZaBF1tNoB5wlCeusgz',
    seq: 12,
  },
  last_error: 'it answered 503',
  next_attempt_at: '2026-11-20T08:06:05.000Z',
  state: 'pending',
  webhook_id: exampleWebhook.id,
  workspace_id: exampleWebhook.workspace_id,
}

const listOrNull = (items: Schema, description: string): Schema => ({
  type: ['array', 'null'],
  items,
  description,
})

const settable = {
  url: string('https, and an address that the server may call.'),
  description: { type: ['string', 'null'], description: 'For people, at most 1,024 characters.' },
  events: listOrNull(
    { type: 'string', enum: webhookEventTypes },
    'What to tell of; all of them when not given.',
  ),
  memory_store_ids: listOrNull(
    { type: 'string' },
    'The stores to tell of, at most 100; every store when not given or empty.',
  ),
} satisfies Record<string, Schema>

const createWebhook = endpoint({
  verb: 'createWebhook',
  method: 'POST',
  path: all,
  query: {},
  body: { type: 'object', properties: settable, required: ['url'], additionalProperties: false },
  answer: ref('NewWebhook'),
  docs: {
    group,
    summary: 'Create a webhook',
    description:
      'Events that happen from now on are sent to the URL, signed as Standard Webhooks says, at least once, and again for about three days while it does not answer 2xx. The only answer but that of a rotation that shows the secret. Needs an admin key, as all of these do.',
    example: {
      body: { url: exampleWebhook.url, events: ['memory.created', 'memory.modified'] },
      answer: { ...exampleWebhook, secret: 'whsec_…' },
    },
  },
  toInput: ({ body }) => ({
    url: body['url'],
    description: body['description'] ?? undefined,
    events: body['events'] ?? undefined,
    storeIds: body['memory_store_ids'] ?? undefined,
  }),
  toRequest: ({ url, description, events, storeIds }) => ({
    body: { url, description, events, memory_store_ids: storeIds },
  }),
  encode: encodeNewWebhook,
  decode: decodeNewWebhook,
})

const listWebhooks = endpoint({
  verb: 'listWebhooks',
  method: 'GET',
  path: all,
  query: {},
  answer: pageSchema(ref('Webhook')),
  docs: {
    group,
    summary: 'List webhooks',
    description: 'Oldest first, disabled ones included; without secrets.',
    example: { answer: { data: [exampleWebhook], next_page: null } },
  },
  toInput: () => undefined,
  toRequest: () => ({}),
  encode: (webhooks) => encodeList(webhooks, encodeWebhook),
  decode: (json) => (expectObject(json) as WirePage<unknown>).data.map(decodeWebhook),
})

const webhookId = {
  toInput: (request: { readonly params: Readonly<Record<string, string>> }) => ({
    webhookId: param(request, 'webhook_id'),
  }),
  toRequest: (input: { readonly webhookId: string }) => ({
    params: { webhook_id: input.webhookId },
  }),
}

const getWebhook = endpoint({
  verb: 'getWebhook',
  method: 'GET',
  path: one,
  query: {},
  answer: ref('Webhook'),
  docs: {
    group,
    summary: 'Retrieve a webhook',
    description: 'Without its secret.',
    example: { answer: exampleWebhook },
  },
  ...webhookId,
  encode: encodeWebhook,
  decode: decodeWebhook,
})

const updateWebhook = endpoint({
  verb: 'updateWebhook',
  method: 'POST',
  path: one,
  query: {},
  body: {
    type: 'object',
    properties: {
      ...settable,
      url: { type: ['string', 'null'], description: settable.url.description ?? '' },
      enabled: {
        type: ['boolean', 'null'],
        description: 'false stops sending; true goes on where it stopped.',
      },
    },
    additionalProperties: false,
  },
  answer: ref('Webhook'),
  docs: {
    group,
    summary: 'Update a webhook',
    description: 'Fields that are not given, or null, stay.',
    example: { body: { enabled: true }, answer: exampleWebhook },
  },
  toInput: (request) => ({
    webhookId: param(request, 'webhook_id'),
    url: request.body['url'] ?? undefined,
    description: request.body['description'] ?? undefined,
    events: request.body['events'] ?? undefined,
    storeIds: request.body['memory_store_ids'] ?? undefined,
    enabled: request.body['enabled'] ?? undefined,
  }),
  toRequest: ({ webhookId: id, storeIds, ...fields }) => ({
    params: { webhook_id: id },
    body: { ...fields, memory_store_ids: storeIds },
  }),
  encode: encodeWebhook,
  decode: decodeWebhook,
})

const deleteWebhook = endpoint({
  verb: 'deleteWebhook',
  method: 'DELETE',
  path: one,
  query: {},
  answer: { type: 'object', properties: { id: string(), type: string() } },
  docs: {
    group,
    summary: 'Delete a webhook',
    description: 'Its deliveries, pending ones included, go with it.',
    example: { answer: { id: exampleWebhook.id, type: 'webhook_deleted' } },
  },
  ...webhookId,
  encode: ({ id }) => ({ id, type: 'webhook_deleted' }),
  decode: (json) => ({ id: (expectObject(json) as { id: string }).id }),
})

const rotateWebhookSecret = endpoint({
  verb: 'rotateWebhookSecret',
  method: 'POST',
  path: `${one}/rotate_secret`,
  query: {},
  answer: ref('NewWebhook'),
  docs: {
    group,
    summary: 'Give a webhook a new secret',
    description: 'The one before signs beside it for 24 hours.',
    example: { answer: { ...exampleWebhook, secret: 'whsec_…' } },
  },
  ...webhookId,
  encode: encodeNewWebhook,
  decode: decodeNewWebhook,
})

const testWebhook = endpoint({
  verb: 'testWebhook',
  method: 'POST',
  path: `${one}/test`,
  query: {},
  answer: ref('WebhookDelivery'),
  docs: {
    group,
    summary: 'Send a test event',
    description: 'Queues an event of the type `webhook.test`; the deliveries say what came of it.',
    example: { answer: exampleDelivery },
  },
  ...webhookId,
  encode: encodeDelivery,
  decode: decodeDelivery,
})

const replayWebhook = endpoint({
  verb: 'replayWebhook',
  method: 'POST',
  path: `${one}/replay`,
  query: {},
  body: {
    type: 'object',
    properties: {
      memory_store_id: string('The store.'),
      after: { type: 'integer', minimum: 0, description: 'A sequence; 0: all that is retained.' },
    },
    required: ['memory_store_id', 'after'],
    additionalProperties: false,
  },
  answer: ref('Webhook'),
  docs: {
    group,
    summary: 'Send changes of a store again',
    description: 'Every change after the sequence is sent (again), as new deliveries.',
    example: { body: { memory_store_id: storeId, after: 40 }, answer: exampleWebhook },
  },
  toInput: (request) => ({
    webhookId: param(request, 'webhook_id'),
    storeId: String(request.body['memory_store_id']),
    after: Number(request.body['after']),
  }),
  toRequest: ({ webhookId: id, storeId: store, after }) => ({
    params: { webhook_id: id },
    body: { memory_store_id: store, after },
  }),
  encode: encodeWebhook,
  decode: decodeWebhook,
})

const listDeliveries = endpoint({
  verb: 'listDeliveries',
  method: 'GET',
  path: `${one}/deliveries`,
  query: {
    state: oneOf(deliveryStates, 'Only deliveries in this state.'),
    limit: integer('Deliveries of the page.', { minimum: 1, maximum: 100, default: 20 }),
    page: text('The `next_page` of the page before.'),
  },
  answer: pageSchema(ref('WebhookDelivery')),
  docs: {
    group,
    summary: 'List deliveries',
    description:
      'Newest first. `?state=dead` lists what was given up. Delivered ones are kept for 3 days, dead ones for 30.',
    example: { search: '?state=pending', answer: { data: [exampleDelivery], next_page: null } },
  },
  toInput: (request) => ({ webhookId: param(request, 'webhook_id'), ...request.query }),
  toRequest: ({ webhookId: id, state, limit, page }) => ({
    params: { webhook_id: id },
    query: { state: deliveryStates.find((known) => known === state), limit, page },
  }),
  encode: (page) => encodePage(page, encodeDelivery),
  decode: (json) => decodePage(json, decodeDelivery),
})

const retryDelivery = endpoint({
  verb: 'retryDelivery',
  method: 'POST',
  path: `${one}/deliveries/:delivery_id/retry`,
  query: {},
  answer: ref('WebhookDelivery'),
  docs: {
    group,
    summary: 'Send a delivery again',
    description: 'At once, whatever became of it; its attempts are counted anew.',
    example: { answer: { ...exampleDelivery, attempts: 0 } },
  },
  toInput: (request) => ({
    webhookId: param(request, 'webhook_id'),
    deliveryId: param(request, 'delivery_id'),
  }),
  toRequest: (input) => ({
    params: { webhook_id: input.webhookId, delivery_id: input.deliveryId },
  }),
  encode: encodeDelivery,
  decode: decodeDelivery,
})

export const webhookEndpoints = {
  createWebhook,
  listWebhooks,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  replayWebhook,
  listDeliveries,
  retryDelivery,
}
