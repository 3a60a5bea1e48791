// What tests of webhooks need: a workspace, a dispatcher, and the official SDK's own check.
import Anthropic from '@anthropic-ai/sdk'
import { expect } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { NewWebhook } from '../../src/api/webhooks.ts'
import type { Role } from '../../src/domain/caller.ts'
import { makeRequestId, type WorkspaceId } from '../../src/domain/ids.ts'
import type { Delivery } from '../../src/domain/webhook/delivery.ts'
import type { Storage } from '../../src/storage/port.ts'
import { bind } from '../../src/usecases/bind.ts'
import { dispatchWebhooks } from '../../src/webhooks/dispatcher.ts'
import type { Received } from './receiver.ts'

export const organizationId = '00000000-0000-4000-8000-000000000000'

export interface Event {
  readonly id: string
  readonly created_at: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The official SDK checks the signature and reads the body. */
export function unwrap({ headers, body }: Received, key: string): Event {
  const client = new Anthropic({ apiKey: 'none', baseURL: 'http://127.0.0.1:1' })
  return client.beta.webhooks.unwrap(body, { headers: { ...headers }, key }) as unknown as Event
}

export interface Tenant {
  readonly api: Api
  readonly workspaceId: WorkspaceId
}

export async function tenantOf(
  storage: Storage,
  clock = Date.now,
  role: Role = 'admin',
): Promise<Tenant> {
  const { id: workspaceId } = await storage.commit({ type: 'create_workspace', name: 'hooks' })
  const cursorKey = await storage.view.cursorKey()
  const limits = { storeMemoriesMax: 100, storeBytesMax: 1e6, storeVersionsMax: 1e4 }
  const app = { storage, limits: { ...limits, workspaceStoresMax: 100 }, cursorKey, clock }
  const caller = { workspaceId, actor: 'apikey_tester', role, door: 'http' } as const
  return { workspaceId, api: bind(app, { ...caller, requestId: makeRequestId(clock()) }) }
}

/** @param timeoutMs for a receiver to answer; an attempt that ran out of it would be made again */
export function dispatch(storage: Storage, clock = Date.now, timeoutMs = 600_000): AsyncDisposable {
  const errors: unknown[] = []
  const running = dispatchWebhooks({
    storage,
    clock,
    organizationId,
    anyTarget: true,
    timeoutMs,
    report: (error) => errors.push(error),
  })
  return {
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      expect(errors).toEqual([])
    },
  }
}

export async function settled(
  api: Api,
  { id: webhookId }: NewWebhook,
  isDone: (deliveries: readonly Delivery[]) => boolean,
): Promise<readonly Delivery[]> {
  for (;;) {
    const { items } = await api.listDeliveries({ webhookId, limit: 100 })
    if (isDone(items)) return items
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
