// The official SDK, of this generation and the one before, on every operation of the door.
import CurrentSdk from '@anthropic-ai/sdk'
import OlderSdk from 'anthropic-sdk-0'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door[Symbol.asyncDispose]())

const generations = [
  ['1.10', (url: string) => new CurrentSdk({ baseURL: url, apiKey: 'admin-secret' })],
  [
    '0.137',
    (url: string) =>
      new OlderSdk({ baseURL: url, apiKey: 'admin-secret' }) as unknown as CurrentSdk,
  ],
] as const

describe.each(generations)('SDK %s', (_, connect) => {
  test('[R-5-1] [R-2.2-1] creates, reads, lists, updates, versions, redacts and deletes', async () => {
    const { memoryStores } = connect(door.url).beta
    const store = await memoryStores.create({ name: 'Notes', metadata: { a: 'b' } })
    expect(store).toMatchObject({ type: 'memory_store', name: 'Notes', metadata: { a: 'b' } })
    expect(store._request_id).toMatch(/^req_01/)
    const memory_store_id = store.id
    expect(await memoryStores.retrieve(store.id)).toEqual(store)
    expect((await memoryStores.update(store.id, { name: 'New' })).name).toBe('New')

    const { memories, memoryVersions } = memoryStores
    const memory = await memories.create(store.id, { path: '/a.md', content: 'one' })
    expect(memory).toMatchObject({ type: 'memory', content: null, content_size_bytes: 3 })
    expect((await memories.retrieve(memory.id, { memory_store_id })).content).toBe('one')
    const updated = await memories.update(memory.id, {
      memory_store_id,
      content: 'two',
      view: 'full',
      precondition: { type: 'content_sha256', content_sha256: memory.content_sha256 },
    })
    expect(updated.content).toBe('two')
    for (const path of ['/b.md', '/c.md']) await memories.create(store.id, { path, content: path })
    const paths: string[] = []
    for await (const item of memories.list(store.id, { limit: 1, view: 'full' })) {
      if (item.type === 'memory') paths.push(item.path)
    }
    expect(paths).toEqual(['/a.md', '/b.md', '/c.md'])
    const rolled = await memories.list(store.id, { depth: 1, path_prefix: '/' })
    expect(rolled.data.map(({ type }) => type)).toContain('memory_prefix')

    const versions = await memoryVersions.list(store.id, { memory_id: memory.id })
    expect(versions.data.map(({ operation }) => operation)).toEqual(['modified', 'created'])
    const first = versions.data[1]!.id
    expect((await memoryVersions.retrieve(first, { memory_store_id })).content).toBe('one')
    const redacted = await memoryVersions.redact(first, { memory_store_id })
    expect(redacted).toMatchObject({
      content: null,
      path: null,
      redacted_by: { type: 'api_actor' },
    })

    expect(
      await memories.delete(memory.id, {
        memory_store_id,
        expected_content_sha256: updated.content_sha256,
      }),
    ).toEqual({ id: memory.id, type: 'memory_deleted' })
    expect((await memoryStores.archive(store.id)).archived_at).not.toBeNull()
    expect((await memoryStores.list({ include_archived: true })).data[0]?.id).toBe(store.id)
    expect(await memoryStores.delete(store.id)).toEqual({
      id: store.id,
      type: 'memory_store_deleted',
    })
  })

  test('[R-2.7-1] refusals are typed errors, and a conflict is sent once', async () => {
    const client = connect(door.url)
    const { memoryStores } = client.beta
    const store = await memoryStores.create({ name: 'Errors' })
    const { memories } = memoryStores
    const memory = await memories.create(store.id, { path: '/a', content: 'x' })
    const before = door.lines.length
    await expect(memories.create(store.id, { path: '/a', content: '' })).rejects.toMatchObject({
      status: 409,
      error: {
        error: {
          type: 'memory_path_conflict_error',
          conflicting_memory_id: memory.id,
          conflicting_path: '/a',
        },
      },
    })
    expect(door.lines.length - before).toBe(1)
    await expect(
      memories.update(memory.id, {
        memory_store_id: store.id,
        content: 'y',
        precondition: { type: 'content_sha256', content_sha256: 'a'.repeat(64) },
      }),
    ).rejects.toMatchObject({ status: 409 })
    expect(door.lines.length - before).toBe(2)
    await expect(memoryStores.retrieve('memstore_01none')).rejects.toMatchObject({ status: 404 })
    await expect(memoryStores.create({ name: '' })).rejects.toMatchObject({ status: 400 })
    await expect(memoryStores.list({ betas: ['managed-agents-2026-04-01'] })).rejects.toMatchObject(
      { status: 400 },
    )
    await expect(
      memoryStores.list({}, { headers: { 'x-api-key': 'reader' } }),
    ).rejects.toMatchObject({ status: 401 })
  })
})

test('the SDK names the workspace and sees the ids of an answer', async () => {
  const client = new CurrentSdk({ baseURL: door.url, apiKey: 'admin-secret' })
  const { response } = await client.beta.memoryStores
    .list({ workspace_id: door.workspaceId })
    .withResponse()
  expect(response.headers.get('anthropic-workspace-id')).toBe(door.workspaceId)
  await expect(
    client.beta.memoryStores.list({ workspace_id: 'wrkspc_01other' }),
  ).rejects.toMatchObject({ status: 403 })
})
