import { randomBytes } from 'node:crypto'
import { permit, type Caller } from '../../domain/caller.ts'
import { invalid, notFound } from '../../domain/errors.ts'
import type { WebhookId } from '../../domain/ids.ts'
import { parseWebhookUrl, type Webhook } from '../../domain/webhook/webhook.ts'
import type { App } from '../app.ts'
import { idOf } from '../found.ts'

/** What a command about a webhook names, once the caller may ask for it. @throws DomainError */
export function ofWebhook(caller: Caller, { webhookId }: { readonly webhookId: string }) {
  permit(caller, 'admin')
  const { workspaceId } = caller
  return { workspaceId, webhookId: idOf(webhookId as WebhookId, 'webhook') } as const
}

/** @throws DomainError `forbidden`, `not_found` */
export async function reachWebhook(
  { storage }: App,
  caller: Caller,
  input: { readonly webhookId: string },
): Promise<Webhook> {
  const { workspaceId, webhookId } = ofWebhook(caller, input)
  const webhook = await storage.view.webhooks.webhook(workspaceId, webhookId)
  if (webhook === undefined) throw notFound('webhook')
  return webhook
}

/** @throws DomainError `invalid`, also for an address that this server does not call */
export function parseTarget({ refuseTarget }: App, input: unknown): string {
  const url = parseWebhookUrl(input)
  const why = refuseTarget?.(url)
  if (why !== undefined) throw invalid('url', why)
  return url
}

/** 32 random bytes, spelled as Standard Webhooks wants them. */
export function makeSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}
