// Two mounts and the API at once under load: no hang, no stale read, nothing acknowledged is lost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canMount, openStore, sh, type Mounted, type TestStore } from './mounted-store.ts'

describe.skipIf(!canMount)('a storm of changes', () => {
  let store: TestStore
  let one: Mounted
  let two: Mounted
  beforeAll(async () => {
    store = await openStore()
    for (let index = 0; index < 40; index += 1) await store.write(`/d/f${index}.md`, 'start\n')
    one = await store.mount()
    two = await store.mount({ engine: 'worker' })
  })
  afterAll(() => store[Symbol.asyncDispose]())

  /** Runs shell loops in both mounts for some seconds; the shell's own limit is the watchdog. */
  const storm = (directory: string, loop: string) =>
    sh(directory, `end=$((SECONDS+4)); while [ $SECONDS -lt $end ]; do ${loop}; done`)

  test('under renames, listings and deletes every edit is seen once it is applied', async () => {
    const storms = [
      storm(
        one.directory,
        'echo x > d/t; mv d/t d/u; ls -l d >/dev/null; rm d/u; mkdir e; rmdir e',
      ),
      storm(
        two.directory,
        'echo y > d/v; mv d/v d/w; find . >/dev/null; rm d/w; cat d/* >/dev/null',
      ),
    ]
    const api = store.as('apikey_three')
    const { storeId } = store
    const { items } = await store.api.listMemories({ storeId, pathPrefix: '/d/', limit: 100 })
    const edited = items.flatMap((item) => ('id' in item && /f\d+/.test(item.path) ? [item] : []))
    let stale = 0
    let edits = 0
    const over = new AbortController()
    const ended = Promise.all(storms).finally(() => over.abort())
    while (!over.signal.aborted || edits === 0) {
      const memory = edited[edits % edited.length]
      if (memory === undefined) break
      const content = `edit ${(edits += 1)}\n`
      await api.updateMemory({ storeId, memoryId: memory.id, content })
      const { seq } = await api.getUsage({ storeId })
      for (const { directory, live } of [one, two]) {
        await live.barrier(seq)
        const { out } = await sh(directory, `cat .${memory.path}`)
        if (out !== content) stale += 1
      }
    }
    // Two shells remove what the other one lists: their complaints about that are no failures.
    for (const { code } of await ended) expect(code).not.toBe(null)
    expect(edits).toBeGreaterThan(0)
    expect(stale).toBe(0)
  })

  test('every line that two mounts and the API append is in the end in the file', async () => {
    await store.write('/log.md', 'start\n')
    const { seq } = await store.api.getUsage({ storeId: store.storeId })
    await Promise.all([one.barrier(seq), two.barrier(seq)])
    const append = (who: string) =>
      `i=0; end=$((SECONDS+3)); while [ $SECONDS -lt $end ]; do i=$((i+1)); echo ${who}.$i. >> log.md || exit 1; done; echo $i`
    const api = store.as('apikey_three')
    let words = 0
    const shells = Promise.all([sh(one.directory, append('one')), sh(two.directory, append('two'))])
    for (let round = 0; round < 20; round += 1) {
      words += await appendByApi(`api.${round}.`)
    }
    async function appendByApi(word: string): Promise<number> {
      const { storeId } = store
      const { items } = await api.listMemories({ storeId, view: 'full', limit: 20 })
      const log = items.find((item) => 'id' in item && item.path === '/log.md')
      if (log === undefined || !('id' in log)) return 0
      const input = { storeId, memoryId: log.id, expectedSha256: log.sha256 }
      return api.updateMemory({ ...input, content: `${log.content}${word}\n` }).then(
        () => 1,
        () => 0, // lost the race, and knows it
      )
    }
    const [first, second] = await shells
    expect([first.code, first.err, second.code, second.err]).toEqual([0, '', 0, ''])
    await Promise.all([one.barrier(), two.barrier()])
    const text = (await store.text('/log.md')) ?? ''
    const lines = new Set(text.split('\n'))
    for (const [who, { out }] of [
      ['one', first],
      ['two', second],
    ] as const) {
      for (let index = 1; index <= Number(out); index += 1) {
        expect(lines.has(`${who}.${index}.`), `${who}.${index}`).toBe(true)
      }
    }
    expect(text.match(/^api\./gm)?.length ?? 0).toBe(words)
    const now = await store.api.getUsage({ storeId: store.storeId })
    for (const mounted of [one, two]) {
      await mounted.barrier(now.seq)
      expect((await sh(mounted.directory, 'cat log.md')).out).toBe(text)
    }
  })
})
