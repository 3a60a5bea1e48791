import type { Report } from '../../domain/guard/check-store.ts'
import { deliveryStates, type Delivery } from '../../domain/webhook/delivery.ts'
import {
  parseEventTypes,
  parseStoreIds,
  parseWebhookUrl,
  type Webhook,
  type WebhookSecrets,
} from '../../domain/webhook/webhook.ts'
import { select, type Script } from '../sessions/script.ts'
import type { CountingTable } from '../webhooks/reads.ts'

// Webhooks are kept alike by both engines, so their check is written once.

interface WebhookRow {
  readonly id: string
  readonly workspace_id: string
  readonly created_at: number
  readonly body: string
  readonly secrets: string
  /** Null when it is not there. */
  readonly workspace: string | null
}

const webhooksSql = `SELECT k.id, k.workspace_id, k.created_at, k.body, k.secrets, w.id AS workspace
  FROM webhooks k LEFT JOIN workspaces w ON w.id = k.workspace_id ORDER BY k.id`

/** Webhooks and where they stand; there are few of them. */
export function* verifyWebhooks(
  counting: CountingTable,
  report: (id: string) => Report,
): Script<void> {
  for (const row of yield* select<WebhookRow>(webhooksSql)) {
    const tell = report(row.id)
    if (row.workspace === null) tell('reference', '', 'is in a workspace that is not there')
    if (!isWebhook(row)) tell('webhook', '', 'is not what it is filed as')
    if (!areSecrets(row.secrets)) tell('webhook', '', 'has secrets that cannot sign')
  }
  yield* verifyPlaces(counting, report)
}

function isWebhook({ id, workspace_id: workspaceId, created_at: at, body }: WebhookRow): boolean {
  return holds(() => {
    const webhook = JSON.parse(body) as Webhook
    parseWebhookUrl(webhook.url)
    parseEventTypes(webhook.events)
    parseStoreIds(webhook.storeIds)
    const isFiled = webhook.id === id && webhook.workspaceId === workspaceId
    return isFiled && webhook.createdAt === at && typeof webhook.description === 'string'
  })
}

function areSecrets(json: string): boolean {
  return holds(() => {
    const { current, previous } = JSON.parse(json) as WebhookSecrets
    const all = previous === undefined ? [current] : [current, previous.secret]
    return all.every((secret) => /^whsec_[A-Za-z0-9+/]{43}=$/.test(secret))
  })
}

interface PlaceRow {
  readonly webhook_id: string
  readonly store_id: string
  readonly seq: number
  readonly store_seq: number
}

/** Of stores that are gone nothing is said: their places go with the news of their end. */
const aheadSql = (join: string) => `SELECT p.webhook_id, p.store_id, p.seq, t.seq AS store_seq
  FROM webhook_places p JOIN stores s ON s.id = p.store_id AND s.deleted_at IS NULL ${join}
  WHERE p.seq > t.seq OR p.seq < 0`
const strayPlacesSql = `SELECT DISTINCT p.webhook_id AS id FROM webhook_places p
  WHERE NOT EXISTS (SELECT 1 FROM webhooks k WHERE k.id = p.webhook_id)`

function* verifyPlaces({ join }: CountingTable, report: (id: string) => Report): Script<void> {
  for (const row of yield* select<PlaceRow>(aheadSql(join))) {
    const message = `stands at seq ${row.seq}, and the store at ${row.store_seq}`
    report(row.webhook_id)('webhook', row.store_id, message)
  }
  for (const { id } of yield* select<{ id: string }>(strayPlacesSql)) {
    report(id)('reference', '', 'is a webhook that is not there, and stands at a place')
  }
}

interface DeliveryRow {
  readonly id: string
  readonly webhook_id: string
  readonly state: string
  readonly due_at: number
  readonly created_at: number
  readonly body: string
  readonly webhook: string | null
}

const deliveriesMax = 500
const deliveriesSql = `SELECT d.id, d.webhook_id, d.state, d.due_at, d.created_at, d.body,
    k.id AS webhook
  FROM webhook_deliveries d LEFT JOIN webhooks k ON k.id = d.webhook_id
  WHERE d.id > $1 ORDER BY d.id LIMIT ${deliveriesMax}`

/** The next deliveries after an id, from one committed state; undefined behind the last one. */
export function* verifyDeliveries(
  afterId: string,
  report: (id: string) => Report,
): Script<string | undefined> {
  const rows = yield* select<DeliveryRow>(deliveriesSql, afterId)
  for (const row of rows) {
    const tell = report(row.id)
    if (row.webhook === null) tell('reference', '', 'is of a webhook that is not there')
    if (!isDelivery(row)) tell('webhook', '', 'is not what it is filed as')
  }
  return rows.length < deliveriesMax ? undefined : rows.at(-1)?.id
}

function isDelivery(row: DeliveryRow): boolean {
  return holds(() => {
    const delivery = JSON.parse(row.body) as Delivery
    const { id, webhookId, state, attempts, deliveredAt } = delivery
    const isFiled = id === row.id && webhookId === row.webhook_id && state === row.state
    const isOfTime = delivery.createdAt === row.created_at && delivery.dueAt === row.due_at
    const isCounted = Number.isSafeInteger(attempts) && attempts >= 0
    const isTold = state !== 'delivered' || deliveredAt !== undefined
    return isFiled && isOfTime && isCounted && isTold && deliveryStates.includes(state)
  })
}

function holds(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}
