import { invalid } from '../errors.ts'
import { isId, type StoreId, type WebhookId, type WorkspaceId } from '../ids.ts'
import type { Change, ChangeKind } from '../memory/version.ts'

/**
 * What a webhook tells of. The three of stores that the hosted service has are spelled as there;
 * `memory_store.updated` and those of memories are this server's own.
 */
export const webhookEventTypes = [
  'memory_store.created',
  'memory_store.updated',
  'memory_store.archived',
  'memory_store.deleted',
  'memory.created',
  'memory.modified',
  'memory.deleted',
  'memory.redacted',
] as const
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** Where events of a workspace are sent. Times are milliseconds since 1970. */
export interface Webhook {
  readonly id: WebhookId
  readonly workspaceId: WorkspaceId
  /** An absolute URL, without user or password. */
  readonly url: string
  /** "" when unset. */
  readonly description: string
  /** At least one, in the order of `webhookEventTypes`. */
  readonly events: readonly WebhookEventType[]
  /** Empty: every store of the workspace. */
  readonly storeIds: readonly StoreId[]
  readonly createdAt: number
  readonly updatedAt: number
  /** While it is set nothing is sent; what happens meanwhile is sent once it is enabled again. */
  readonly disabledAt: number | undefined
  /** For people. */
  readonly disabledBecause: string | undefined
}

/** Fields that are undefined stay. */
export interface WebhookPatch {
  readonly url?: string | undefined
  readonly description?: string | undefined
  readonly events?: readonly WebhookEventType[] | undefined
  readonly storeIds?: readonly StoreId[] | undefined
  readonly isEnabled?: boolean | undefined
}

/** The secrets that sign: the newest, and the one before while receivers change over. */
export interface WebhookSecrets {
  /** `whsec_` and 32 bytes in base64 (Standard Webhooks). */
  readonly current: string
  readonly previous: { readonly secret: string; readonly until: number } | undefined
}

export const webhooksMax = 50
export const storesMax = 100
const urlCharactersMax = 2_048

/** How long the secret before the newest still signs beside it. */
export const rotationMs = 24 * 60 * 60_000

const eventOf: Readonly<Record<ChangeKind, WebhookEventType>> = {
  created: 'memory.created',
  modified: 'memory.modified',
  deleted: 'memory.deleted',
  redacted: 'memory.redacted',
  store_created: 'memory_store.created',
  store_updated: 'memory_store.updated',
  store_archived: 'memory_store.archived',
  store_deleted: 'memory_store.deleted',
}

export function eventTypeOf({ kind }: Pick<Change, 'kind'>): WebhookEventType {
  return eventOf[kind]
}

export function wants(webhook: Webhook, storeId: StoreId, type: WebhookEventType): boolean {
  return webhook.events.includes(type) && watches(webhook, storeId)
}

export function watches({ storeIds }: Webhook, storeId: StoreId): boolean {
  return storeIds.length === 0 || storeIds.includes(storeId)
}

/** The webhook after a patch; the same one when the patch changes nothing. */
export function patchWebhook(webhook: Webhook, patch: WebhookPatch, now: number): Webhook {
  const { isEnabled, ...fields } = patch
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const wasEnabled = webhook.disabledAt === undefined
  const isSwitched = isEnabled !== undefined && isEnabled !== wasEnabled
  const state = isEnabled
    ? { disabledAt: undefined, disabledBecause: undefined }
    : { disabledAt: now, disabledBecause: 'disabled by an admin' }
  const patched = {
    ...webhook,
    ...(Object.fromEntries(given) as Partial<Webhook>),
    ...(isSwitched ? state : {}),
  }
  const isSame = JSON.stringify(patched) === JSON.stringify(webhook)
  return isSame ? webhook : { ...patched, updatedAt: now }
}

/**
 * An absolute http or https URL without credentials; whether its address may be called is for the
 * server's settings to say.
 * @throws DomainError `invalid`
 */
export function parseWebhookUrl(input: unknown): string {
  if (typeof input !== 'string' || input.length > urlCharactersMax || !URL.canParse(input)) {
    throw invalid('url', `must be an absolute URL of at most ${urlCharactersMax} characters`)
  }
  const url = new URL(input)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid('url', 'must begin with https://')
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('url', 'must not hold a user or a password')
  }
  url.hash = ''
  return url.href
}

/** @throws DomainError `invalid` unless it is a list of known types, not empty */
export function parseEventTypes(input: unknown): readonly WebhookEventType[] {
  if (!Array.isArray(input) || input.length === 0) {
    throw invalid('events', 'must be a list of at least one type of event')
  }
  const unknown: unknown = input.find((type) => !webhookEventTypes.includes(type))
  if (unknown !== undefined) {
    throw invalid('events', `must be among ${webhookEventTypes.join(', ')}`)
  }
  return webhookEventTypes.filter((type) => input.includes(type))
}

/** @throws DomainError `invalid` unless it is a list of ids of stores */
export function parseStoreIds(input: unknown): readonly StoreId[] {
  const rule = `must be a list of at most ${storesMax} ids of memory stores`
  if (!Array.isArray(input) || input.length > storesMax) throw invalid('memory_store_ids', rule)
  for (const id of input as unknown[]) {
    if (typeof id !== 'string' || !isId(id, 'memstore_')) throw invalid('memory_store_ids', rule)
  }
  return [...new Set(input as StoreId[])]
}
