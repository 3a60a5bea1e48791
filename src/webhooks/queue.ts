import type { StoreId } from '../domain/ids.ts'
import { root } from '../domain/memory/path.ts'
import type { Change } from '../domain/memory/version.ts'
import type { WebhookEvent } from '../domain/webhook/delivery.ts'
import { eventTypeOf, wants, type Webhook } from '../domain/webhook/webhook.ts'
import type { Storage } from '../storage/port.ts'
import type { StoreScope } from '../storage/port/store-scope.ts'

const changesPerCommand = 200

/**
 * Turns what happened in a store since the webhook last looked into deliveries, until it stands at
 * the store's newest change.
 */
export async function queueChanges(
  storage: Storage,
  webhook: Webhook,
  { storeId, signal }: { readonly storeId: StoreId; readonly signal: AbortSignal },
): Promise<void> {
  const { id: webhookId, workspaceId } = webhook
  const scope = { workspaceId, storeId }
  while (!signal.aborted) {
    const place = await storage.view.webhooks.place(webhookId, storeId)
    const after = place ?? (await lastBefore(storage, scope, webhook.createdAt))
    // Read before the changes: where there are none, retention let them go.
    const usage = await storage.view.usage(scope)
    if (usage === undefined) return
    const query = { after, prefix: root, limit: changesPerCommand }
    const found = await storage.view.changes(scope, query)
    const changes = found.found ? found.value : []
    const seq = changes.at(-1)?.seq ?? usage.seq
    if (seq === place) return
    await storage.commit({
      type: 'queue_deliveries',
      workspaceId,
      webhookId,
      storeId,
      expectedSeq: place,
      seq,
      events: changes.filter((change) => isWanted(webhook, change)).map(eventOf),
    })
    if (changes.length < changesPerCommand) return
  }
}

function isWanted(webhook: Webhook, change: Change): boolean {
  return wants(webhook, change.storeId, eventTypeOf(change))
}

function eventOf(change: Change): WebhookEvent {
  const { storeId, seq, at, memoryId, versionId } = change
  const type = eventTypeOf(change)
  return { type, at, subjectId: memoryId ?? storeId, storeId, versionId, seq }
}

/**
 * The sequence before the first change at or after a time: a webhook tells of nothing that happened
 * before there was one. Time never runs backwards in a store, so halving finds it.
 */
async function lastBefore({ view }: Storage, scope: StoreScope, time: number): Promise<number> {
  const usage = await view.usage(scope)
  let low = 0
  let high = usage?.seq ?? 0
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await view.changes(scope, { after: middle, prefix: root, limit: 1 })
    const next = found.found ? found.value[0] : undefined
    if (next === undefined || next.at >= time) high = middle
    else low = next.seq
  }
  return low
}
