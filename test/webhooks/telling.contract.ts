import { expect, test } from 'vitest'
import { openReceiver, type Received } from '../support/receiver.ts'
import { type OpenStorage } from '../support/storages.ts'
import {
  dispatch,
  organizationId,
  settled,
  tenantOf,
  unwrap,
  type Event,
} from '../support/webhooks.ts'
import { refusal } from '../support/world.ts'

export function tellingContract(open: OpenStorage): void {
  test('every kind of event comes, signed so that the official SDK accepts it', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api, workspaceId } = await tenantOf(opened.storage)
    const before = await api.createStore({ name: 'before' })
    await api.createMemory({ storeId: before.id, path: '/old', content: 'untold' })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const webhook = await api.createWebhook({ url: receiver.url })
    await using _ = dispatch(opened.storage)
    const store = await api.createStore({ name: 'told' })
    const storeId = store.id
    const memory = await api.createMemory({ storeId, path: '/a', content: 'one' })
    const changed = await api.updateMemory({ storeId, memoryId: memory.id, content: 'two' })
    await api.deleteMemory({ storeId, memoryId: memory.id })
    await api.redactVersion({ storeId, versionId: memory.versionId })
    await api.updateStore({ storeId, name: 'renamed' })
    await api.archiveStore({ storeId })
    await receiver.until(7)
    await api.deleteStore({ storeId })
    await receiver.until(8)
    const events = receiver.received.map((received) => unwrap(received, webhook.secret))
    expect(events.map(({ data }) => String(data['type'])).toSorted()).toEqual([
      'memory.created',
      'memory.deleted',
      'memory.modified',
      'memory.redacted',
      'memory_store.archived',
      'memory_store.created',
      'memory_store.deleted',
      'memory_store.updated',
    ])
    const created = events.find(({ data }) => data['type'] === 'memory_store.created')
    expect(created).toEqual({
      id: expect.stringMatching(/^evt_/),
      created_at: new Date(store.createdAt).toISOString(),
      type: 'event',
      data: {
        id: storeId,
        organization_id: organizationId,
        type: 'memory_store.created',
        workspace_id: workspaceId,
      },
    })
    const modified = events.find(({ data }) => data['type'] === 'memory.modified')
    expect(modified?.data).toMatchObject({
      id: memory.id,
      memory_store_id: storeId,
      memory_version_id: changed.versionId,
      path: '/a',
      door: 'http',
    })
    for (const { headers } of receiver.received) {
      expect(events.map(({ id }) => id)).toContain(headers['webhook-id'])
    }
    expect(() => unwrap(receiver.received[0] as Received, `whsec_${'A'.repeat(43)}=`)).toThrow()
  })

  test('only wanted types of wanted stores are told', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage)
    const [mine, other] = [
      await api.createStore({ name: 'mine' }),
      await api.createStore({ name: 'other' }),
    ]
    const events = ['memory.deleted']
    const webhook = await api.createWebhook({ url: receiver.url, events, storeIds: [mine.id] })
    await using _ = dispatch(opened.storage)
    for (const { id: storeId } of [other, mine]) {
      const memory = await api.createMemory({ storeId, path: '/a', content: '' })
      await api.deleteMemory({ storeId, memoryId: memory.id })
    }
    await receiver.until(1)
    const deliveries = await settled(api, webhook, (all) => all[0]?.state === 'delivered')
    expect(deliveries.map(({ event }) => [event.type, event.storeId])).toEqual([
      ['memory.deleted', mine.id],
    ])
  })

  test('what happened while no server ran is told once one does', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage)
    await api.createWebhook({ url: receiver.url })
    const { id: storeId } = await api.createStore({ name: 'x' })
    await api.createMemory({ storeId, path: '/a', content: '' })
    const gone = await api.createStore({ name: 'gone' })
    await api.deleteStore({ storeId: gone.id })
    await using _ = dispatch(opened.storage)
    await receiver.until(3)
    const types = receiver.received.map(({ body }) =>
      String((JSON.parse(body) as Event).data['type']),
    )
    expect(types.toSorted()).toEqual([
      'memory.created',
      'memory_store.created',
      'memory_store.deleted',
    ])
  })

  test('another workspace is told nothing', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const [mine, theirs] = [await tenantOf(opened.storage), await tenantOf(opened.storage)]
    const webhook = await theirs.api.createWebhook({ url: receiver.url })
    await using _ = dispatch(opened.storage)
    await mine.api.createStore({ name: 'secret' })
    const own = await theirs.api.createStore({ name: 'own' })
    await settled(theirs.api, webhook, (all) => all[0]?.state === 'delivered')
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as Event).data['id'])).toEqual([
      own.id,
    ])
    const foreign = await refusal(mine.api.getWebhook({ webhookId: webhook.id }))
    expect(foreign.code).toBe('not_found')
  })

  test('a path that was redacted before its event was sent is not told', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage)
    const { id: storeId } = await api.createStore({ name: 'x' })
    const webhook = await api.createWebhook({ url: receiver.url, events: ['memory.created'] })
    const memory = await api.createMemory({ storeId, path: '/secret-name', content: 'x' })
    await api.deleteMemory({ storeId, memoryId: memory.id })
    await api.redactVersion({ storeId, versionId: memory.versionId })
    await using _ = dispatch(opened.storage)
    await receiver.until(1)
    expect(unwrap(receiver.received[0] as Received, webhook.secret).data['path']).toBeNull()
  })

  test('two servers over one storage tell each event once', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage)
    const webhook = await api.createWebhook({ url: receiver.url, events: ['memory.created'] })
    const { id: storeId } = await api.createStore({ name: 'x' })
    await using _one = dispatch(opened.storage)
    await using _two = dispatch(opened.storage)
    for (let index = 0; index < 40; index += 1) {
      await api.createMemory({ storeId, path: `/${index}`, content: '' })
    }
    await settled(api, webhook, (all) => all.filter((d) => d.state === 'delivered').length === 40)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toHaveLength(40)
    expect(new Set(ids).size).toBe(40)
  })

  test('a replay sends again what followed a sequence', async () => {
    await using opened = await open()
    await using receiver = await openReceiver()
    const { api } = await tenantOf(opened.storage)
    const { id: storeId } = await api.createStore({ name: 'x' })
    await api.createMemory({ storeId, path: '/a', content: '' })
    await api.createMemory({ storeId, path: '/b', content: '' })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const webhook = await api.createWebhook({ url: receiver.url })
    await using _ = dispatch(opened.storage)
    const beyond = api.replayWebhook({ webhookId: webhook.id, storeId, after: 4 })
    expect(await refusal(beyond)).toMatchObject({ code: 'invalid', field: 'after' })
    await api.replayWebhook({ webhookId: webhook.id, storeId, after: 3 })
    await api.replayWebhook({ webhookId: webhook.id, storeId, after: 2 })
    await receiver.until(1)
    expect(unwrap(receiver.received[0] as Received, webhook.secret).data).toMatchObject({
      path: '/b',
      seq: 3,
    })
  })
}
