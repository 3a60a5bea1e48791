import type { UseCase } from '../app.ts'
import { makeSigningSecret, ofWebhook } from './reach-webhook.ts'

export const rotateWebhookSecret: UseCase<'rotateWebhookSecret'> = async (
  { storage },
  caller,
  input,
) => {
  const of = ofWebhook(caller, input)
  const secret = makeSigningSecret()
  const webhook = await storage.commit({ type: 'rotate_webhook_secret', ...of, secret })
  return { ...webhook, secret }
}
