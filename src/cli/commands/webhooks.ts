import { DomainError } from '../../domain/errors.ts'
import { deliveryStates, type Delivery } from '../../domain/webhook/delivery.ts'
import { webhookEventTypes, type Webhook } from '../../domain/webhook/webhook.ts'
import type { Api } from '../../api.ts'
import { resolveStore } from '../address.ts'
import { administer, administerOptions } from '../administer.ts'
import { canAsk, confirm } from '../ask.ts'
import { UsageError, type Arguments, type Command, type Option } from '../command.ts'
import { visibleLine } from '../invisible.ts'
import { counted, formatTime, printJson, printRows, type Cell } from '../print.ts'
import { requirePositional } from '../required.ts'
import { err, out } from '../terminal.ts'

const eventOption: Option = {
  name: 'event',
  value: 'TYPE',
  choices: webhookEventTypes,
  repeated: true,
  help: 'Tell of this only',
}
const storeOption: Option = {
  name: 'store',
  value: 'STORE',
  repeated: true,
  help: 'Tell of this store only, by name or id',
}

export const create: Command = {
  name: 'webhooks create',
  summary: 'Send events of stores to a URL; the secret that signs them is shown once',
  usage: 'webhooks create URL [--event TYPE]… [--store STORE]… [--json]',
  example: 'palimpsest webhooks create https://hooks.example.com/memory --event memory.modified',
  options: [
    ...administerOptions,
    eventOption,
    storeOption,
    { name: 'description', value: 'TEXT', help: 'For people' },
  ],
  positionalsMax: 1,
  async run(args) {
    const url = requirePositional(args, 'URL', 'where to send events')
    const webhook = await administer(args, {
      change: 'webhooks create',
      run: async (api) => api.createWebhook({ url, ...(await settingsOf(api, args)) }),
    })
    showSecret(args, webhook)
    return 0
  },
}

export const list: Command = {
  name: 'webhooks list',
  summary: 'List webhooks',
  usage: 'webhooks list [--json]',
  example: 'palimpsest webhooks list',
  options: administerOptions,
  async run(args) {
    const webhooks = await administer(args, { run: (api) => api.listWebhooks() })
    if (args.flag('json')) printJson(webhooks.map(shown))
    else printRows(webhooks.map(row))
    return 0
  },
}

export const update: Command = {
  name: 'webhooks update',
  summary: 'Change a webhook, stop it, or let it go on',
  usage: 'webhooks update WEBHOOK_ID [--enable | --disable] [--url URL] [--event TYPE]… [--json]',
  example: 'palimpsest webhooks update webhook_01… --enable',
  options: [
    ...administerOptions,
    eventOption,
    storeOption,
    { name: 'url', value: 'URL', help: 'Send to this URL from now on' },
    { name: 'description', value: 'TEXT', help: 'For people' },
    { name: 'enable', help: 'Go on sending where it stopped' },
    { name: 'disable', help: 'Send nothing until it is enabled again' },
  ],
  positionalsMax: 1,
  async run(args) {
    const webhookId = requireWebhook(args)
    const webhook = await administer(args, {
      change: 'webhooks update',
      run: async (api) => {
        const [url, enabled] = [args.text('url'), switchOf(args)]
        const settings = { ...(await settingsOf(api, args)), url, enabled }
        await named('webhook', webhookId, api.getWebhook({ webhookId }))
        return api.updateWebhook({ webhookId, ...settings })
      },
    })
    if (args.flag('json')) printJson(shown(webhook))
    else printRows([row(webhook)])
    return 0
  },
}

export const remove: Command = {
  name: 'webhooks delete',
  summary: 'Delete a webhook and its deliveries',
  usage: 'webhooks delete WEBHOOK_ID [--json]',
  example: 'palimpsest webhooks delete webhook_01…',
  options: administerOptions,
  positionalsMax: 1,
  async run(args) {
    const webhookId = requireWebhook(args)
    const deleted = await administer(args, {
      change: 'webhooks delete',
      run: (api) => named('webhook', webhookId, api.deleteWebhook({ webhookId })),
    })
    if (args.flag('json')) printJson(deleted)
    else out(`${deleted.id} deleted\n`)
    return 0
  },
}

export const rotate: Command = {
  name: 'webhooks rotate',
  summary: 'Give a webhook a new secret; the old one signs beside it for a day',
  usage: 'webhooks rotate WEBHOOK_ID [--json]',
  example: 'palimpsest webhooks rotate webhook_01…',
  options: administerOptions,
  positionalsMax: 1,
  async run(args) {
    const webhookId = requireWebhook(args)
    const webhook = await administer(args, {
      change: 'webhooks rotate',
      run: (api) => named('webhook', webhookId, api.rotateWebhookSecret({ webhookId })),
    })
    showSecret(args, webhook)
    return 0
  },
}

export const test: Command = {
  name: 'webhooks test',
  summary: 'Send a test event',
  usage: 'webhooks test WEBHOOK_ID [--json]',
  example: 'palimpsest webhooks test webhook_01…',
  options: administerOptions,
  positionalsMax: 1,
  async run(args) {
    const webhookId = requireWebhook(args)
    const delivery = await administer(args, {
      change: 'webhooks test',
      run: (api) => named('webhook', webhookId, api.testWebhook({ webhookId })),
    })
    showDeliveries(args, [delivery])
    return 0
  },
}

export const deliveries: Command = {
  name: 'webhooks deliveries',
  summary: 'List deliveries, newest first; dead ones were given up',
  usage: 'webhooks deliveries WEBHOOK_ID [--state STATE] [--json]',
  example: 'palimpsest webhooks deliveries webhook_01… --state dead',
  options: [
    ...administerOptions,
    { name: 'state', value: 'STATE', choices: deliveryStates, help: 'Only these' },
  ],
  positionalsMax: 1,
  async run(args) {
    const webhookId = requireWebhook(args)
    const { items, nextPage } = await administer(args, {
      run: (api) => {
        const listed = api.listDeliveries({ webhookId, state: args.text('state'), limit: 100 })
        return named('webhook', webhookId, listed)
      },
    })
    showDeliveries(args, items)
    if (nextPage !== undefined) err('palimpsest: there are more: these are the newest 100\n')
    return 0
  },
}

export const retry: Command = {
  name: 'webhooks retry',
  summary: 'Send deliveries again at once',
  usage: 'webhooks retry WEBHOOK_ID DELIVERY_ID… [--json]',
  example: 'palimpsest webhooks retry webhook_01… evt_01…',
  options: administerOptions,
  positionalsMax: 1_000,
  async run(args) {
    const webhookId = requireWebhook(args)
    const ids = args.positionals.slice(1)
    if (ids.length === 0) throw new UsageError('DELIVERY_ID is missing: see `webhooks deliveries`')
    const retried = await administer(args, {
      change: 'webhooks retry',
      run: async (api) => {
        await named('webhook', webhookId, api.getWebhook({ webhookId }))
        return Promise.all(
          ids.map((deliveryId) =>
            named('delivery', deliveryId, api.retryDelivery({ webhookId, deliveryId })),
          ),
        )
      },
    })
    showDeliveries(args, retried)
    return 0
  },
}

export const replay: Command = {
  name: 'webhooks replay',
  summary: 'Send what happened in a store after a sequence again',
  usage: 'webhooks replay WEBHOOK_ID STORE --after SEQ | --all [--json]',
  example: 'palimpsest webhooks replay webhook_01… notes --after 120',
  options: [
    ...administerOptions,
    { name: 'after', value: 'SEQ', help: 'What has a higher sequence, as `seq` of events has it' },
    { name: 'all', help: 'All that is retained, without asking' },
  ],
  positionalsMax: 2,
  details: 'Without --after and --all it says how many changes that is, and asks on a terminal.',
  async run(args) {
    const webhookId = requireWebhook(args)
    const store = args.positionals[1]
    if (store === undefined) throw new UsageError('STORE is missing')
    const after = readAfter(args)
    const webhook = await administer(args, {
      change: 'webhooks replay',
      run: async (api) => {
        await named('webhook', webhookId, api.getWebhook({ webhookId }))
        const storeId = await resolveStore(api, store)
        const isMeant = after !== undefined || args.flag('all') || (await confirmAll(api, storeId))
        return isMeant ? api.replayWebhook({ webhookId, storeId, after: after ?? 0 }) : undefined
      },
    })
    if (webhook === undefined) {
      err('nothing is sent again\n')
      return 1
    }
    if (args.flag('json')) printJson(shown(webhook))
    else out(`changes of ${store} after ${after ?? 0} are sent again\n`)
    return 0
  },
}

/** @throws UsageError also where it is not given and nobody can be asked */
function readAfter(args: Arguments): number | undefined {
  const text = args.text('after')
  if (text === undefined) {
    if (args.flag('all') || canAsk()) return undefined
    throw new UsageError('webhooks replay needs --after SEQ or --all where nobody can be asked')
  }
  if (args.flag('all')) throw new UsageError('--after and --all exclude each other')
  const after = Number(text)
  if (!Number.isSafeInteger(after)) throw new UsageError('--after must be a sequence')
  return after
}

async function confirmAll(api: Api, storeId: string): Promise<boolean> {
  const { seq, historyFrom } = await api.getUsage({ storeId })
  const count = counted(Math.max(0, seq - historyFrom + 1), 'change')
  return confirm(`Send all that is retained of this store again, up to ${count}?`)
}

/** What is not there, by its id. @throws DomainError */
async function named<Value>(
  what: 'webhook' | 'delivery',
  id: string,
  answer: Promise<Value>,
): Promise<Value> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
    const list = what === 'webhook' ? 'webhooks list' : 'webhooks deliveries WEBHOOK_ID'
    const message = `no ${what} "${visibleLine(id)}": see \`palimpsest ${list}\``
    throw new DomainError({ code: 'not_found', message })
  }
}

function requireWebhook(args: Arguments): string {
  return requirePositional(args, 'WEBHOOK_ID', 'the webhook (see `webhooks list`)')
}

async function settingsOf(api: Api, args: Arguments) {
  const events = args.texts('event')
  const storeIds: string[] = []
  for (const store of args.texts('store')) storeIds.push(await resolveStore(api, store))
  return {
    description: args.text('description'),
    events: events.length === 0 ? undefined : events,
    storeIds: storeIds.length === 0 ? undefined : storeIds,
  }
}

function switchOf(args: Arguments): boolean | undefined {
  if (args.flag('enable') && args.flag('disable')) {
    throw new UsageError('--enable and --disable exclude each other')
  }
  if (args.flag('enable')) return true
  return args.flag('disable') ? false : undefined
}

function showSecret(args: Arguments, webhook: Webhook & { readonly secret: string }): void {
  if (args.flag('json')) return printJson({ ...shown(webhook), secret: webhook.secret })
  process.stderr.write(`Webhook ${webhook.id}; the secret is shown only now:\n`)
  out(`${webhook.secret}\n`)
}

function shown(webhook: Webhook) {
  const { disabledAt, createdAt, updatedAt, storeIds, workspaceId, disabledBecause } = webhook
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    enabled: disabledAt === undefined,
    disabled_because: disabledBecause ?? null,
    events: webhook.events,
    memory_store_ids: storeIds,
    workspace_id: workspaceId,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  }
}

function row({ id, url, events, disabledAt, disabledBecause = '' }: Webhook): Cell[] {
  const state = disabledAt === undefined ? 'enabled' : 'disabled'
  return [id, state, url, events.join(','), disabledBecause].map((text) => ({ text }))
}

function showDeliveries(args: Arguments, all: readonly Delivery[]): void {
  if (args.flag('json')) return printJson(all.map(shownDelivery))
  printRows(all.map(deliveryRow))
}

function shownDelivery(delivery: Delivery) {
  const { event } = delivery
  return {
    id: delivery.id,
    state: delivery.state,
    attempts: delivery.attempts,
    type: event.type,
    subject_id: event.subjectId,
    memory_store_id: event.storeId ?? null,
    seq: event.seq ?? null,
    created_at: new Date(delivery.createdAt).toISOString(),
    last_error: delivery.lastError ?? null,
  }
}

function deliveryRow({ id, state, attempts, createdAt, event, lastError }: Delivery): Cell[] {
  const { type, subjectId } = event
  const at = formatTime(createdAt)
  const cells = [id, state, String(attempts), at, type, subjectId, lastError ?? '']
  return cells.map((text) => ({ text }))
}
