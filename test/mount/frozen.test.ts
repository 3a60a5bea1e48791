// A store as it was: loaded once, never followed, never written.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { frozenLink } from '../../src/mount/frozen-link.ts'
import { nativeLink } from '../../src/mount/link.ts'
import { CallError, Kernel } from './kernel.ts'
import { openCore, openStore, type TestStore } from './mounted-store.ts'

let store: TestStore
beforeAll(async () => void (store = await openStore()))
afterAll(() => store[Symbol.asyncDispose]())

test('shows what was loaded, whatever happens since, and takes no write', async () => {
  await store.write('/d/a.md', 'then')
  const { api, storeId } = store
  const moment = await nativeLink(api, storeId).readAll()
  let loads = 0
  const load = () => {
    loads += 1
    return Promise.resolve(moment)
  }
  await store.write('/d/a.md', 'now')
  await store.write('/b.md', 'now')
  const link = () => frozenLink(storeId, load)
  await using core = await openCore(store, { isReadOnly: true, link })
  const kernel = new Kernel(core)
  await store.write('/c.md', 'later')
  await core.barrier('now')
  expect(kernel.files()).toEqual([['/d/a.md', 'then']])
  expect(() => kernel.save('/d/a.md', 'x')).toThrow(CallError)
  expect(() => kernel.unlink('/d/a.md')).toThrow(CallError)
  expect(core.status()).toMatchObject({ appliedSeq: moment.seq, isReadOnly: true, memories: 1 })
  expect(loads).toBe(1)
  expect(await store.text('/d/a.md')).toBe('now')
})
