import type { DeliveryId, StoreId, WebhookId, WorkspaceId } from '../ids.ts'
import type { WebhookEventType } from './webhook.ts'

/** What happened, as far as a webhook tells it: ids and no content, so nothing has to be erased. */
export interface WebhookEvent {
  readonly type: WebhookEventType | 'webhook.test'
  /** When it happened. */
  readonly at: number
  /** Of the memory, or of the store; of the webhook for a test. */
  readonly subjectId: string
  readonly storeId: StoreId | undefined
  readonly versionId: string | undefined
  /** Its place among the store's changes. */
  readonly seq: number | undefined
}

export const deliveryStates = ['pending', 'delivered', 'dead'] as const
/** `dead`: every attempt failed; it is kept to be sent again by hand. */
export type DeliveryState = (typeof deliveryStates)[number]

/** One event on its way to one webhook. Times are milliseconds since 1970. */
export interface Delivery {
  /** The `webhook-id` of every attempt: a receiver tells repetitions by it. */
  readonly id: DeliveryId
  readonly webhookId: WebhookId
  readonly workspaceId: WorkspaceId
  readonly event: WebhookEvent
  readonly state: DeliveryState
  readonly attempts: number
  readonly createdAt: number
  /** When the next attempt is due, or the running one is given up. */
  readonly dueAt: number
  readonly deliveredAt: number | undefined
  /** Why the last attempt failed, for people; undefined when none did. */
  readonly lastError: string | undefined
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Pauses before the attempts that follow a failed one (Standard Webhooks). Milliseconds. */
export const retryPausesMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** How long an attempt may run before another process may try. */
export const attemptLeaseMs = 60_000
export const keepDeliveredMs = 3 * 24 * hour
export const keepDeadMs = 30 * 24 * hour

/** How an attempt ended. */
export type AttemptResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: string }
  /** The receiver said that it is gone for good (410). */
  | { readonly kind: 'gone'; readonly error: string }

/**
 * The delivery after an attempt.
 * @param jitter from 0 up to 1: how much of a tenth is added to the pause, so that many do not
 * return at once
 */
export function afterAttempt(
  delivery: Delivery,
  result: AttemptResult,
  { now, jitter }: { readonly now: number; readonly jitter: number },
): Delivery {
  if (result.kind === 'delivered') {
    return { ...delivery, state: 'delivered', deliveredAt: now, dueAt: now, lastError: undefined }
  }
  const pause = retryPausesMs[delivery.attempts - 1]
  const isLast = result.kind === 'gone' || pause === undefined
  return {
    ...delivery,
    state: isLast ? 'dead' : 'pending',
    dueAt: isLast ? now : Math.round(now + pause * (1 + jitter / 10)),
    lastError: result.error,
  }
}
