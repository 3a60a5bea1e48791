import { createHmac } from 'node:crypto'
import type { WebhookSecrets } from '../domain/webhook/webhook.ts'

/** The headers of Standard Webhooks: signed with every secret that still counts. */
export function signedHeaders(
  message: { readonly id: string; readonly body: string },
  secrets: WebhookSecrets,
  now: number,
): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(now / 1_000))
  const { current, previous } = secrets
  const active = previous !== undefined && previous.until > now ? [previous.secret] : []
  const signed = `${message.id}.${seconds}.${message.body}`
  const signatures = [current, ...active].map((secret) => `v1,${sign(secret, signed)}`)
  return {
    'webhook-id': message.id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  }
}

function sign(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(signed).digest('base64')
}
