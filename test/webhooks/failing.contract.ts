import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { openReceiver } from '../support/receiver.ts'
import { handClock, type OpenStorage } from '../support/storages.ts'
import { dispatch, settled, tenantOf } from '../support/webhooks.ts'
import { attemptLeaseMs, retryPausesMs, type Delivery } from '../../src/domain/webhook/delivery.ts'

const hour = 60 * 60_000
const tooSlow = 'it did not answer in time'

export function failingContract(open: OpenStorage): void {
  test('a receiver that fails is asked again later and later, then given up, then by hand', async () => {
    const clock = handClock()
    await using opened = await open({ clock: clock.read })
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage, clock.read)
    const webhook = await api.createWebhook({ url: receiver.url })
    receiver.answer(302)
    await using _ = dispatch(opened.storage, clock.read)
    await api.testWebhook({ webhookId: webhook.id })
    for (const [index, pause] of retryPausesMs.entries()) {
      const isTried = (only: Delivery | undefined) =>
        only?.attempts === index + 1 && only.dueAt - clock.now !== attemptLeaseMs
      const [tried] = await settled(api, webhook, ([only]) => isTried(only))
      expect(tried).toMatchObject({ state: 'pending', lastError: 'it answered 302' })
      expect((tried?.dueAt ?? 0) - clock.now).toBeGreaterThanOrEqual(pause)
      expect((tried?.dueAt ?? 0) - clock.now).toBeLessThanOrEqual(pause * 1.1)
      expect(receiver.received).toHaveLength(index + 1)
      clock.now = tried?.dueAt ?? 0
    }
    const [dead] = await settled(api, webhook, ([only]) => only?.state === 'dead')
    expect(dead?.attempts).toBe(retryPausesMs.length + 1)
    const listed = await api.listDeliveries({ webhookId: webhook.id, state: 'dead' })
    expect(listed.items.map(({ id }) => id)).toEqual([dead?.id])
    receiver.answer(200)
    await api.retryDelivery({ webhookId: webhook.id, deliveryId: dead?.id ?? '' })
    await settled(api, webhook, ([only]) => only?.state === 'delivered')
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    clock.now += 4 * 24 * hour
    await settled(api, webhook, (all) => all.length === 0)
  })

  test('a receiver that hangs is not waited for, and holds up no other', async () => {
    await using opened = await open()
    await using slow = await openReceiver()
    await using quick = await openReceiver()
    slow.answer(0)
    const { api } = await tenantOf(opened.storage)
    const hanging = await api.createWebhook({ url: slow.url })
    await api.createWebhook({ url: quick.url })
    await using _ = dispatch(opened.storage, Date.now, 300)
    const { id: storeId } = await api.createStore({ name: 'x' })
    for (let index = 0; index < 9; index += 1) {
      await api.createMemory({ storeId, path: `/${index}`, content: '' })
    }
    await quick.until(10)
    const failed = await settled(api, hanging, (all) => {
      return all.length === 10 && all.every(({ lastError }) => lastError !== undefined)
    })
    expect(new Set(failed.map(({ lastError }) => lastError))).toEqual(new Set([tooSlow]))
  })

  test.each([
    ['switches the protocol', 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', '101'],
    ['speaks something else', 'hello\r\n\r\n', 'Parse Error'],
    ['closes at once', '', 'socket hang up'],
    ['stops in its first line', 'HTTP/1.1 20', tooSlow],
    ['says "wait" and no more', 'HTTP/1.1 103 X\r\n\r\n', tooSlow],
  ])('a receiver that %s has failed, and the server still stops', async (_what, answer, error) => {
    await using opened = await open()
    await using receiver = await openRaw(answer)
    const { api } = await tenantOf(opened.storage)
    const webhook = await api.createWebhook({ url: receiver.url })
    const isSlow = error === tooSlow
    await using _ = dispatch(opened.storage, Date.now, isSlow ? 300 : undefined)
    await api.testWebhook({ webhookId: webhook.id })
    const [failed] = await settled(api, webhook, ([only]) => only?.lastError !== undefined)
    expect(failed).toMatchObject({ state: 'pending', lastError: expect.stringContaining(error) })
  })

  test('what is kept long enough goes, however much it is', async () => {
    const clock = handClock()
    await using opened = await open({ clock: clock.read })
    const { storage } = opened
    const { api, workspaceId } = await tenantOf(storage, clock.read)
    const webhook = await api.createWebhook({ url: 'http://127.0.0.1:1/' })
    const of = { workspaceId, webhookId: webhook.id }
    const deliverOneOfTwo = async () => {
      await storage.commit({ type: 'test_webhook', ...of })
      const { id: deliveryId } = await storage.commit({ type: 'test_webhook', ...of })
      await storage.commit({ type: 'claim_delivery', ...of, deliveryId })
      const result = { kind: 'delivered' } as const
      const done = { type: 'finish_delivery', ...of, deliveryId, attempt: 1, jitter: 0 } as const
      await storage.commit({ ...done, result })
    }
    for (let count = 0; count < 550; count += 10) {
      await Promise.all(Array.from({ length: 10 }, deliverOneOfTwo))
    }
    expect(await storage.commit({ type: 'purge_deliveries' })).toBe(0)
    clock.now += 3 * 24 * hour
    expect(await storage.commit({ type: 'purge_deliveries' })).toBe(0)
    clock.now += 1
    expect(await storage.commit({ type: 'purge_deliveries' })).toBe(500)
    expect(await storage.commit({ type: 'purge_deliveries' })).toBe(50)
    const { items } = await api.listDeliveries({ webhookId: webhook.id, limit: 100 })
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['pending']))
  })

  test('a receiver that is gone for good (410) ends the sending, until it is enabled', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage)
    const webhook = await api.createWebhook({ url: receiver.url })
    receiver.answer(410)
    await using _ = dispatch(opened.storage)
    await api.createStore({ name: 'x' })
    await settled(api, webhook, ([only]) => only?.state === 'dead')
    const stopped = await api.getWebhook({ webhookId: webhook.id })
    expect(stopped.disabledBecause).toMatch(/410/)
    receiver.answer(200)
    await api.createStore({ name: 'meanwhile' })
    await api.updateWebhook({ webhookId: webhook.id, enabled: true })
    await receiver.until(2)
    expect(receiver.received).toHaveLength(2)
  })

  test('an attempt that a dying server left is taken up by another', async () => {
    const clock = handClock()
    await using opened = await open({ clock: clock.read })
    await using receiver = await openReceiver()
    const { api, workspaceId } = await tenantOf(opened.storage, clock.read)
    const webhook = await api.createWebhook({ url: receiver.url })
    const { id: deliveryId } = await api.testWebhook({ webhookId: webhook.id })
    const of = { workspaceId, webhookId: webhook.id, deliveryId }
    const claimed = await opened.storage.commit({ type: 'claim_delivery', ...of })
    expect(claimed?.delivery.attempts).toBe(1)
    expect(await opened.storage.commit({ type: 'claim_delivery', ...of })).toBeUndefined()
    await using _ = dispatch(opened.storage, clock.read)
    clock.now += 61_000
    await receiver.until(1)
    await settled(api, webhook, ([only]) => only?.state === 'delivered' && only.attempts === 2)
  })
}

/** Answers every connection with the same bytes; with none it ends it. */
async function openRaw(answer: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => (answer === '' ? socket.end() : socket.write(answer)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
