import { root } from '../domain/memory/path.ts'
import type { Claimed } from '../domain/webhook/command.ts'
import type { Delivery } from '../domain/webhook/delivery.ts'
import type { Storage } from '../storage/port.ts'
import { encodeWebhookEvent, type EventDetails } from '../wire/webhook-event.ts'
import { send, type SendOptions } from './send.ts'
import { signedHeaders } from './sign.ts'

export interface Sender extends Omit<SendOptions, 'signal'> {
  readonly storage: Storage
  readonly organizationId: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** One attempt at one delivery, if it is still to be had. */
export async function deliver(
  sender: Sender,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<void> {
  const { storage } = sender
  const { webhookId, workspaceId, id: deliveryId } = delivery
  const of = { workspaceId, webhookId, deliveryId }
  const claimed = await storage.commit({ type: 'claim_delivery', ...of })
  if (claimed === undefined) return
  const result = await attempt(sender, claimed, signal)
  // A server that stops has not failed to deliver: somebody tries again when the lease is over.
  if (signal.aborted) return
  const { attempts } = claimed.delivery
  const jitter = Math.random()
  await storage.commit({ type: 'finish_delivery', ...of, attempt: attempts, result, jitter })
}

async function attempt(sender: Sender, claimed: Claimed, signal: AbortSignal) {
  const { delivery, webhook, secrets } = claimed
  const details = await detailsOf(sender.storage, delivery)
  const body = JSON.stringify(encodeWebhookEvent(delivery, sender.organizationId, details))
  const headers = signedHeaders({ id: delivery.id, body }, secrets, sender.clock())
  return send({ url: webhook.url, headers, body }, { ...sender, signal })
}

/** Read at the last moment: what was redacted meanwhile is not told. */
async function detailsOf(
  { view }: Storage,
  { workspaceId, event }: Delivery,
): Promise<EventDetails | undefined> {
  const { storeId, seq } = event
  if (storeId === undefined || seq === undefined) return undefined
  const query = { after: seq - 1, prefix: root, limit: 1 }
  const found = await view.changes({ workspaceId, storeId }, query)
  const change = found.found ? found.value[0] : undefined
  if (change === undefined || change.seq !== seq) return undefined
  const { path, previousPath, actor, door } = change
  return { path, previousPath, actor, door }
}
