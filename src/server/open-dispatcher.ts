import type { Config } from '../config.ts'
import type { Log } from '../observe/log.ts'
import { dispatchWebhooks } from '../webhooks/dispatcher.ts'
import type { OpenApp } from './open-app.ts'

/** How long a receiver may take to answer. */
const receiverMs = 15_000

/** Sends what webhooks are to be told, until it is disposed of. */
export function openDispatcher(
  config: Config,
  { app, organizationId }: Pick<OpenApp, 'app' | 'organizationId'>,
  log: Log,
): AsyncDisposable {
  return dispatchWebhooks({
    storage: app.storage,
    clock: app.clock,
    organizationId,
    anyTarget: config['webhook-targets'] === 'any',
    timeoutMs: receiverMs,
    report: (error) => log.error('webhooks could not be looked after', error),
  })
}
