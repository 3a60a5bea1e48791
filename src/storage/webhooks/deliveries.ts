import { makeDeliveryId, type StoreId } from '../../domain/ids.ts'
import type {
  ClaimDelivery,
  Claimed,
  FinishDelivery,
  QueueDeliveries,
  RetryDelivery,
  TestWebhook,
} from '../../domain/webhook/command.ts'
import {
  afterAttempt,
  attemptLeaseMs,
  keepDeadMs,
  keepDeliveredMs,
  type Delivery,
  type WebhookEvent,
} from '../../domain/webhook/delivery.ts'
import { wants, type Webhook } from '../../domain/webhook/webhook.ts'
import type { DeliveriesQuery } from '../port/webhook-reads.ts'
import { execute, finished, select, selectLocked, where } from '../sessions/script.ts'
import type { Result, Script } from '../sessions/script.ts'
import {
  lockWebhook,
  readPlace,
  readWebhooks,
  saveWebhook,
  setPlace,
  webhookMissing,
} from './webhooks.ts'

interface Row {
  readonly body: string
}

const deliveryOf = ({ body }: Row): Delivery => JSON.parse(body) as Delivery

function* insertDelivery(webhook: Webhook, event: WebhookEvent, now: number): Script<Delivery> {
  const delivery: Delivery = {
    id: makeDeliveryId(now),
    webhookId: webhook.id,
    workspaceId: webhook.workspaceId,
    event,
    state: 'pending',
    attempts: 0,
    createdAt: now,
    dueAt: now,
    deliveredAt: undefined,
    lastError: undefined,
  }
  const sql = `INSERT INTO webhook_deliveries (id, webhook_id, state, due_at, created_at, body)
    VALUES ($1, $2, 'pending', $3, $3, $4)`
  yield* execute(sql, delivery.id, webhook.id, now, JSON.stringify(delivery))
  return delivery
}

function* save(delivery: Delivery): Script<void> {
  const { id, state, dueAt } = delivery
  const sql = 'UPDATE webhook_deliveries SET state = $2, due_at = $3, body = $4 WHERE id = $1'
  yield* execute(sql, id, state, dueAt, JSON.stringify(delivery))
}

/** Does nothing where the webhook no longer stands at the expected place. */
export function* queueDeliveries(command: QueueDeliveries, now: number): Script<Result<undefined>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const { webhook } = found
  const place = yield* readPlace(webhook.id, command.storeId)
  if (place !== command.expectedSeq) return finished(undefined)
  for (const event of command.events) yield* insertDelivery(webhook, event, now)
  yield* setPlace(webhook.id, command.storeId, command.seq)
  return finished(undefined)
}

export function* testWebhook(command: TestWebhook, now: number): Script<Result<Delivery>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const { webhook } = found
  const event: WebhookEvent = {
    type: 'webhook.test',
    at: now,
    subjectId: webhook.id,
    storeId: undefined,
    versionId: undefined,
    seq: undefined,
  }
  return finished(yield* insertDelivery(webhook, event, now))
}

const endingsPerCommand = 50

interface EndingRow {
  readonly store_id: StoreId
  readonly workspace_id: string
  readonly at: number
}

export function* queueEndings(now: number): Script<Result<number>> {
  const sql = `SELECT store_id, workspace_id, at FROM store_endings
    ORDER BY at, store_id LIMIT ${endingsPerCommand}`
  const endings = yield* selectLocked<EndingRow>(sql)
  for (const ending of endings) {
    const storeId = ending.store_id
    const webhooks = yield* readWebhooks(ending.workspace_id)
    for (const webhook of webhooks) {
      if (!wants(webhook, storeId, 'memory_store.deleted')) continue
      if (ending.at < webhook.createdAt) continue
      // One that is being deleted takes its deliveries with it, and this would come behind.
      if ((yield* lockWebhook({ ...webhook, webhookId: webhook.id })) === undefined) continue
      yield* insertDelivery(webhook, endingOf(ending), now)
    }
    yield* execute('DELETE FROM webhook_places WHERE store_id = $1', storeId)
    yield* execute('DELETE FROM store_endings WHERE store_id = $1', storeId)
  }
  return finished(endings.length)
}

function endingOf({ store_id: storeId, at }: EndingRow): WebhookEvent {
  const type = 'memory_store.deleted'
  return { type, at, subjectId: storeId, storeId, versionId: undefined, seq: undefined }
}

const deliveryById = 'SELECT body FROM webhook_deliveries WHERE id = $1 AND webhook_id = $2'

export function* claimDelivery(
  command: ClaimDelivery,
  now: number,
): Script<Result<Claimed | undefined>> {
  const found = yield* lockWebhook(command)
  if (found === undefined || found.webhook.disabledAt !== undefined) return finished(undefined)
  const [row] = yield* select<Row>(deliveryById, command.deliveryId, found.webhook.id)
  const delivery = row && deliveryOf(row)
  if (delivery === undefined || delivery.state !== 'pending' || delivery.dueAt > now) {
    return finished(undefined)
  }
  const attempts = delivery.attempts + 1
  const claimed = { ...delivery, attempts, dueAt: now + attemptLeaseMs }
  yield* save(claimed)
  return finished({ ...found, delivery: claimed })
}

export function* finishDelivery(command: FinishDelivery, now: number): Script<Result<undefined>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return finished(undefined)
  const { webhook } = found
  const [row] = yield* select<Row>(deliveryById, command.deliveryId, webhook.id)
  const delivery = row && deliveryOf(row)
  if (delivery === undefined || delivery.state !== 'pending') return finished(undefined)
  if (delivery.attempts !== command.attempt) return finished(undefined)
  const { result, jitter } = command
  yield* save(afterAttempt(delivery, result, { now, jitter }))
  if (result.kind !== 'gone' || webhook.disabledAt !== undefined) return finished(undefined)
  yield* saveWebhook({ ...webhook, disabledAt: now, disabledBecause: result.error })
  return finished(undefined, webhook.id)
}

export function* retryDelivery(command: RetryDelivery, now: number): Script<Result<Delivery>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const [row] = yield* select<Row>(deliveryById, command.deliveryId, found.webhook.id)
  const delivery = row && deliveryOf(row)
  if (delivery === undefined) {
    return { kind: 'refused', problem: { code: 'not_found', message: 'delivery not found' } }
  }
  const again: Delivery = { ...delivery, state: 'pending', attempts: 0, dueAt: now }
  yield* save(again)
  return finished(again)
}

const purgePerCommand = 500
/** The index is of what is done alone, and an engine has to read that it may take it. */
const purgeSql = `DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries
    WHERE state <> 'pending' AND state = $1 AND due_at < $2 LIMIT ${purgePerCommand})
  RETURNING id`

/** @returns how many went */
export function* purgeDeliveries(now: number): Script<Result<number>> {
  const delivered = yield* select(purgeSql, 'delivered', now - keepDeliveredMs)
  const dead = yield* select(purgeSql, 'dead', now - keepDeadMs)
  return finished(delivered.length + dead.length)
}

export function* readDueDeliveries(
  webhookId: string,
  now: number,
  limit: number,
): Script<Delivery[]> {
  const sql = `SELECT body FROM webhook_deliveries
    WHERE webhook_id = $1 AND state = 'pending' AND due_at <= $2 ORDER BY due_at LIMIT $3`
  return (yield* select<Row>(sql, webhookId, now, limit)).map(deliveryOf)
}

export function* readDeliveries(query: DeliveriesQuery): Script<Delivery[]> {
  const { webhookId, state, after, limit } = query
  const position = [after?.createdAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? ''] as const
  const { text, values } = where([webhookId, ...position, limit], [['state = ?', state]])
  const sql = `SELECT body FROM webhook_deliveries
    WHERE webhook_id = $1 AND (created_at, id) < ($2, $3)${text}
    ORDER BY created_at DESC, id DESC LIMIT $4`
  return (yield* select<Row>(sql, ...values)).map(deliveryOf)
}
