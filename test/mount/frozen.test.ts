// A store as it was: read once, never followed, never written.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { frozenLink } from '../../src/mount/frozen-link.ts'
import { statusText } from '../../src/mount/status.ts'
import { CallError, Kernel } from './kernel.ts'
import { openCore, openStore, until, type TestStore } from './mounted-store.ts'

let store: TestStore
beforeAll(async () => void (store = await openStore()))
afterAll(() => store[Symbol.asyncDispose]())

const idAt = async (path: string) => {
  const { items } = await store.api.listMemories({ storeId: store.storeId })
  const found = items.find((item) => !isDirectory(item) && item.path === path)
  if (found === undefined || isDirectory(found)) throw new Error(`nothing at ${path}`)
  return found
}

const openFrozen = async (atSeq: number, through?: (api: Api) => Api) => {
  const { seq, at } = await store.api.getMoment({ storeId: store.storeId, atSeq })
  const link = (api: Api, storeId: string) => frozenLink(api, storeId, { seq, at })
  return openCore(store, { isReadOnly: true, link, ...(through && { through }) })
}

const seqNow = async () => (await store.api.getUsage({ storeId: store.storeId })).seq

test('shows the moment, whatever happens since, and takes no write', async () => {
  await store.write('/d/a.md', 'then')
  const seq = await seqNow()
  await store.write('/d/a.md', 'now')
  await store.write('/b.md', 'now')
  await using core = await openFrozen(seq)
  const kernel = new Kernel(core)
  await store.write('/c.md', 'later')
  await core.barrier('now')
  expect(kernel.files()).toEqual([['/d/a.md', 'then']])
  expect(() => kernel.save('/d/a.md', 'x')).toThrow(CallError)
  expect(() => kernel.unlink('/d/a.md')).toThrow(CallError)
  expect(core.status()).toMatchObject({
    appliedSeq: seq,
    asOf: { seq, at: expect.any(Number) },
    isReadOnly: true,
    memories: 1,
  })
  expect(statusText(core.status())).toMatch(new RegExp(`^as of: change ${seq} \\(20.*Z\\)$`, 'm'))
  expect(await store.text('/d/a.md')).toBe('now')
})

test('waits for no sequence beyond its moment, and at once for one before it', async () => {
  const seq = await seqNow()
  await using core = await openFrozen(seq)
  await core.barrier(seq)
  await expect(core.barrier(seq + 1)).rejects.toThrow(`the mount stays as of change ${seq}`)
})

test('a text that is redacted while it is mounted is gone, and no other', async () => {
  const { storeId, api } = store
  await store.write('/secret.md', 'password')
  await store.write('/kept.md', 'kept')
  const { versionId } = await idAt('/secret.md')
  const seq = await seqNow()
  await store.write('/secret.md', 'harmless')
  await store.write('/kept.md', 'second')
  const { versionId: secondId } = await idAt('/kept.md')
  await store.write('/kept.md', 'third')
  await using core = await openFrozen(seq)
  const kernel = new Kernel(core)
  const shown = () => kernel.files().map(([path, text]) => `${path} ${text}`)
  expect(shown()).toContain('/secret.md password')
  await api.redactVersion({ storeId, versionId: secondId })
  await api.redactVersion({ storeId, versionId })
  await until(() => !shown().some((line) => line.startsWith('/secret.md')), 'the redaction')
  expect(shown()).toContain('/kept.md kept')
  expect(core.status().appliedSeq).toBe(seq)
})

test('a redaction while the server is out of reach is made up for', async () => {
  const { storeId, api } = store
  await store.write('/late.md', 'password')
  const { versionId } = await idAt('/late.md')
  const seq = await seqNow()
  await store.write('/late.md', 'harmless')
  let isAway = false
  const away = () => Promise.reject(new Error('away'))
  const through = (direct: Api) =>
    new Proxy(direct, {
      get: (of, verb: keyof Api) => (isAway && verb === 'getMemoryAsOf' ? away : of[verb]),
    })
  await using core = await openFrozen(seq, through)
  const kernel = new Kernel(core)
  isAway = true
  await api.redactVersion({ storeId, versionId })
  await until(() => !core.status().isConnected, 'the failure')
  expect(kernel.files()).toContainEqual(['/late.md', 'password'])
  isAway = false
  await until(() => !kernel.files().some(([path]) => path === '/late.md'), 'the redaction')
})
