import { makeWebhookId } from '../../domain/ids.ts'
import type {
  CreateWebhook,
  DeleteWebhook,
  ReplayWebhook,
  RotateSecret,
  UpdateWebhook,
} from '../../domain/webhook/command.ts'
import {
  patchWebhook,
  rotationMs,
  webhooksMax,
  type Webhook,
  type WebhookSecrets,
} from '../../domain/webhook/webhook.ts'
import { execute, finished, select, selectLocked } from '../sessions/script.ts'
import type { Result, Script } from '../sessions/script.ts'

interface Row {
  readonly body: string
  readonly secrets: string
}

const webhookOf = ({ body }: Pick<Row, 'body'>): Webhook => JSON.parse(body) as Webhook
const columns = 'body, secrets'
const byId = `SELECT ${columns} FROM webhooks WHERE id = $1 AND workspace_id = $2`

export interface LockedWebhook {
  readonly webhook: Webhook
  readonly secrets: WebhookSecrets
}

/** The webhook, which nobody else changes or deletes before the commit. */
export function* lockWebhook(of: {
  readonly webhookId: string
  readonly workspaceId: string
}): Script<LockedWebhook | undefined> {
  const [row] = yield* selectLocked<Row>(byId, of.webhookId, of.workspaceId)
  if (row === undefined) return undefined
  return { webhook: webhookOf(row), secrets: JSON.parse(row.secrets) as WebhookSecrets }
}

export const webhookMissing: Result<never> = {
  kind: 'refused',
  problem: { code: 'not_found', message: 'webhook not found' },
}

export function* createWebhook(command: CreateWebhook, now: number): Script<Result<Webhook>> {
  const { workspaceId, url, description, events, storeIds, secret } = command
  // Held so that the limit is kept under concurrent creates.
  yield* selectLocked('SELECT id FROM workspaces WHERE id = $1', workspaceId)
  const counting = 'SELECT count(*) AS count FROM webhooks WHERE workspace_id = $1'
  const [row] = yield* select<{ count: number }>(counting, workspaceId)
  if ((row?.count ?? 0) >= webhooksMax) {
    const message = `a workspace has at most ${webhooksMax} webhooks; delete some first`
    return { kind: 'refused', problem: { code: 'invalid', message } }
  }
  const webhook: Webhook = {
    id: makeWebhookId(now),
    workspaceId,
    url,
    description,
    events,
    storeIds,
    createdAt: now,
    updatedAt: now,
    disabledAt: undefined,
    disabledBecause: undefined,
  }
  const secrets: WebhookSecrets = { current: secret, previous: undefined }
  const sql =
    'INSERT INTO webhooks (id, workspace_id, created_at, body, secrets) VALUES ($1, $2, $3, $4, $5)'
  const texts = [JSON.stringify(webhook), JSON.stringify(secrets)] as const
  yield* execute(sql, webhook.id, workspaceId, now, ...texts)
  return finished(webhook, webhook.id)
}

export function* updateWebhook(command: UpdateWebhook, now: number): Script<Result<Webhook>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const patched = patchWebhook(found.webhook, command.patch, now)
  if (patched !== found.webhook) yield* saveWebhook(patched)
  return finished(patched, patched.id)
}

export function* saveWebhook(webhook: Webhook): Script<void> {
  yield* execute('UPDATE webhooks SET body = $2 WHERE id = $1', webhook.id, JSON.stringify(webhook))
}

export function* deleteWebhook(command: DeleteWebhook): Script<Result<undefined>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const { id } = found.webhook
  yield* execute('DELETE FROM webhook_deliveries WHERE webhook_id = $1', id)
  yield* execute('DELETE FROM webhook_places WHERE webhook_id = $1', id)
  yield* execute('DELETE FROM webhooks WHERE id = $1', id)
  return finished(undefined, id)
}

export function* rotateSecret(command: RotateSecret, now: number): Script<Result<Webhook>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const previous = { secret: found.secrets.current, until: now + rotationMs }
  const secrets: WebhookSecrets = { current: command.secret, previous }
  const sql = 'UPDATE webhooks SET secrets = $2 WHERE id = $1'
  yield* execute(sql, found.webhook.id, JSON.stringify(secrets))
  return finished(found.webhook)
}

const setPlaceSql = `INSERT INTO webhook_places (webhook_id, store_id, seq) VALUES ($1, $2, $3)
  ON CONFLICT (webhook_id, store_id) DO UPDATE SET seq = excluded.seq`

export function* setPlace(webhookId: string, storeId: string, seq: number): Script<void> {
  yield* execute(setPlaceSql, webhookId, storeId, seq)
}

export function* replayWebhook(command: ReplayWebhook): Script<Result<undefined>> {
  const found = yield* lockWebhook(command)
  if (found === undefined) return webhookMissing
  const known = `SELECT id FROM stores WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL`
  const [store] = yield* select(known, command.storeId, command.workspaceId)
  if (store === undefined) {
    return { kind: 'refused', problem: { code: 'not_found', message: 'memory store not found' } }
  }
  yield* setPlace(found.webhook.id, command.storeId, command.after)
  return finished(undefined, found.webhook.id)
}

export function* readWebhook(workspaceId: string, webhookId: string): Script<Webhook | undefined> {
  const [row] = yield* select<Row>(byId, webhookId, workspaceId)
  return row && webhookOf(row)
}

export function* readWebhooks(workspaceId: string | undefined): Script<Webhook[]> {
  const condition = workspaceId === undefined ? '' : 'WHERE workspace_id = $1'
  const values = workspaceId === undefined ? [] : [workspaceId]
  const sql = `SELECT body FROM webhooks ${condition} ORDER BY created_at, id`
  return (yield* select<Row>(sql, ...values)).map(webhookOf)
}

export function* readPlace(webhookId: string, storeId: string): Script<number | undefined> {
  const sql = 'SELECT seq FROM webhook_places WHERE webhook_id = $1 AND store_id = $2'
  const [row] = yield* select<{ seq: number }>(sql, webhookId, storeId)
  return row?.seq
}
