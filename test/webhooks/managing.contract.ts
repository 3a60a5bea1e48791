import { expect, test } from 'vitest'
import { openReceiver, type Received } from '../support/receiver.ts'
import { handClock, type OpenStorage } from '../support/storages.ts'
import { dispatch, tenantOf, unwrap } from '../support/webhooks.ts'
import { refusal } from '../support/world.ts'
import { refuseUrl } from '../../src/webhooks/address.ts'

const hour = 60 * 60_000

export function managingContract(open: OpenStorage): void {
  test('after a rotation both secrets sign for a day, then only the new one', async () => {
    const clock = handClock(Date.now())
    await using opened = await open({ clock: clock.read })
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage, clock.read)
    const webhook = await api.createWebhook({ url: receiver.url })
    const rotated = await api.rotateWebhookSecret({ webhookId: webhook.id })
    expect(rotated.secret).not.toBe(webhook.secret)
    await using _ = dispatch(opened.storage, clock.read)
    await api.testWebhook({ webhookId: webhook.id })
    await receiver.until(1)
    for (const { secret } of [webhook, rotated]) {
      expect(unwrap(receiver.received[0] as Received, secret).data['type']).toBe('webhook.test')
    }
    clock.now += 25 * hour
    await api.testWebhook({ webhookId: webhook.id })
    await receiver.until(2)
    const signatures = receiver.received[1]?.headers['webhook-signature']?.split(' ')
    expect(signatures).toHaveLength(1)
  })

  test('bad input is refused by field, and nothing is kept', async () => {
    await using opened = await open()
    const { api } = await tenantOf(opened.storage)
    const url = 'https://hooks.example.com/x'
    const bad: readonly [object, string][] = [
      [{ url: undefined }, 'url'],
      [{ url: 'hooks.example.com' }, 'url'],
      [{ url: 'ftp://hooks.example.com' }, 'url'],
      [{ url: 'https://user:pass@hooks.example.com' }, 'url'],
      [{ url: `https://hooks.example.com/${'x'.repeat(2_048)}` }, 'url'],
      [{ url, events: [] }, 'events'],
      [{ url, events: ['memory.read'] }, 'events'],
      [{ url, storeIds: ['x'] }, 'memory_store_ids'],
      [{ url, description: 3 }, 'description'],
    ]
    for (const [input, field] of bad) {
      const problem = await refusal(api.createWebhook(input as { url: unknown }))
      expect([problem.code, 'field' in problem ? problem.field : '']).toEqual(['invalid', field])
    }
    expect(await api.listWebhooks()).toEqual([])
    const webhook = await api.createWebhook({ url: `${url}#part` })
    expect(webhook.url).toBe(url)
    await api.deleteWebhook({ webhookId: webhook.id })
    for (const call of [
      () => api.getWebhook({ webhookId: webhook.id }),
      () => api.updateWebhook({ webhookId: webhook.id, enabled: true }),
      () => api.deleteWebhook({ webhookId: 'webhook_x y' }),
      () => api.testWebhook({ webhookId: webhook.id }),
    ]) {
      expect((await refusal(call())).code).toBe('not_found')
    }
  })

  test('all of it is for admins', async () => {
    await using opened = await open()
    const { api } = await tenantOf(opened.storage, Date.now, 'read_write')
    const webhookId = 'webhook_x'
    const calls = [
      () => api.createWebhook({ url: 'https://hooks.example.com/x' }),
      () => api.listWebhooks(),
      () => api.getWebhook({ webhookId }),
      () => api.updateWebhook({ webhookId, enabled: true }),
      () => api.deleteWebhook({ webhookId }),
      () => api.rotateWebhookSecret({ webhookId }),
      () => api.testWebhook({ webhookId }),
      () => api.replayWebhook({ webhookId, storeId: 'x', after: 0 }),
      () => api.listDeliveries({ webhookId }),
      () => api.retryDelivery({ webhookId, deliveryId: 'x' }),
    ]
    for (const call of calls) expect((await refusal(call())).code).toBe('forbidden')
  })

  test('a workspace has at most 50', async () => {
    await using opened = await open()
    const { api } = await tenantOf(opened.storage)
    const url = 'https://hooks.example.com/x'
    for (let index = 0; index < 49; index += 1) await api.createWebhook({ url })
    const tries = await Promise.allSettled([1, 2, 3].map(() => api.createWebhook({ url })))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await api.listWebhooks()).toHaveLength(50)
  })

  test.each([
    ['https://hooks.example.com/x', true],
    ['http://hooks.example.com/x', false],
    ['https://127.0.0.1/x', false],
    ['https://127.1/x', false],
    ['https://2130706433/x', false],
    ['https://0.0.0.0/x', false],
    ['https://10.1.2.3/x', false],
    ['https://100.64.0.1/x', false],
    ['https://169.254.169.254/latest', false],
    ['https://192.168.0.1/x', false],
    ['https://172.16.0.1/x', false],
    ['https://[::1]/x', false],
    ['https://[::]/x', false],
    ['https://[fe80::1]/x', false],
    ['https://[fd00::1]/x', false],
    ['https://[::ffff:10.0.0.1]/x', false],
    ['https://[64:ff9b::a00:1]/x', false],
    ['https://[2002:a00:1::]/x', false],
    ['https://224.0.0.1/x', false],
    ['https://255.255.255.255/x', false],
    ['https://localhost/x', false],
    ['https://a.localhost/x', false],
    ['https://8.8.8.8/x', true],
    ['https://[2606:4700:4700::1111]/x', true],
  ])('the address %s may be called: %s', (url, isAllowed) => {
    expect(refuseUrl(url) === undefined).toBe(isAllowed)
  })
}
