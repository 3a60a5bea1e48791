import type { StoreId } from '../../domain/ids.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { WebhookReads } from '../port/webhook-reads.ts'
import { select, type Script } from '../sessions/script.ts'
import { readDeliveries, readDueDeliveries } from './deliveries.ts'
import { readPlace, readWebhook, readWebhooks } from './webhooks.ts'

/** What differs between the engines: the table that counts a store's changes, and its key. */
export interface CountingTable {
  readonly join: 'JOIN tallies t ON t.sid = s.sid' | 'JOIN counters t ON t.store_id = s.id'
}

/** The reads of webhooks, by an engine's way to run a script. */
export function webhookReads(
  run: <Value>(script: Script<Value>) => Promise<Value>,
  counting: CountingTable,
): WebhookReads {
  return {
    webhook: (workspaceId, webhookId) => run(readWebhook(workspaceId, webhookId)),
    webhooks: (workspaceId) => run(readWebhooks(workspaceId)),
    place: (webhookId, storeId) => run(readPlace(webhookId, storeId)),
    storesBehind: (webhook, limit) => run(readStoresBehind(webhook, limit, counting)),
    dueDeliveries: (webhookId, now, limit) => run(readDueDeliveries(webhookId, now, limit)),
    deliveries: (query) => run(readDeliveries(query)),
  }
}

function* readStoresBehind(
  webhook: Webhook,
  limit: number,
  { join }: CountingTable,
): Script<StoreId[]> {
  const sql = `SELECT s.id AS id FROM stores s ${join}
    LEFT JOIN webhook_places p ON p.webhook_id = $1 AND p.store_id = s.id
    WHERE s.workspace_id = $2 AND s.deleted_at IS NULL
      AND (t.seq > p.seq OR (p.seq IS NULL AND t.changed_at >= $3))
    LIMIT $4`
  const values = [webhook.id, webhook.workspaceId, webhook.createdAt, limit] as const
  return (yield* select<{ id: StoreId }>(sql, ...values)).map(({ id }) => id)
}
