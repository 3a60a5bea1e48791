import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canMount, openStore, sh, until, type Mounted, type TestStore } from './mounted-store.ts'

describe.skipIf(!canMount)('a mounted store', () => {
  let store: TestStore
  let mounted: Mounted
  beforeAll(async () => {
    store = await openStore()
    await store.write('/readme.md', 'hello\n')
    await store.write('/notes/a.md', 'a\n')
    mounted = await store.mount()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test('shows its memories as files', async () => {
    const { out, err } = await sh(mounted.directory, 'cat readme.md notes/a.md && find . | sort')
    expect(err).toBe('')
    expect(out).toBe('hello\na\n.\n./notes\n./notes/a.md\n./readme.md\n')
  })

  test('makes one version of one echo', async () => {
    const { code, err } = await sh(mounted.directory, 'echo new > notes/b.md && cat notes/b.md')
    expect([code, err]).toEqual([0, ''])
    await mounted.live.barrier()
    expect(await store.text('/notes/b.md')).toBe('new\n')
    expect((await store.lines()).slice(2)).toEqual(['created /notes/b.md'])
  })

  test('shows what others write', async () => {
    await sh(mounted.directory, 'cat readme.md && ls notes')
    await store.write('/readme.md', 'changed\n')
    await store.write('/notes/c.md', 'c\n')
    const { seq } = await store.api.getUsage({ storeId: store.storeId })
    await until(() => mounted.live.status().appliedSeq >= seq, 'the edit')
    const { out } = await sh(mounted.directory, 'cat readme.md && ls notes')
    expect(out).toBe('changed\na.md\nb.md\nc.md\n')
  })
})
