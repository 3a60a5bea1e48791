// Power over promises: whatever a server acknowledged before it was killed is there afterwards, and
// everything that is there is whole.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { isDirectory, type Memory } from '../../src/domain/memory/memory.ts'
import type { Version } from '../../src/domain/memory/version.ts'
import type { Api } from '../../src/api.ts'
import type { Page } from '../../src/domain/page.ts'
import { firstKeyIn, makeHome, startServe, type ServeProcess } from '../support/serve-process.ts'

/** How often a server is killed; a long run sets it higher. */
const rounds = Number(process.env['TEST_KILL_ROUNDS'] ?? 4)
const writers = 12
const stores = 3

interface Acknowledged {
  /** By path: the hash that the newest acknowledged write left; undefined after a delete. */
  readonly heads: Map<string, string | undefined>
  /** Paths with a write under way whose answer never came: either outcome is right. */
  readonly open: Map<string, string | undefined>
}

export interface CrashPlace extends AsyncDisposable {
  readonly flags: readonly string[]
  /** Resolves when nothing goes on there for a server that was killed. */
  settled(): Promise<void>
}

export function crashContract(name: string, place: () => Promise<CrashPlace>): void {
  describe(`a server over ${name} that is killed under load`, () => {
    test(
      'keeps every acknowledged write, and every invariant',
      async () => {
        await using home = await makeHome()
        await using where = await place()
        let server = await startServe(home, where.flags)
        const key = firstKeyIn(server.output())
        const first = apiOf(server, key)
        const ids = await Promise.all(
          Array.from({ length: stores }, (_, index) =>
            first.createStore({ name: `store ${index}` }),
          ),
        )
        const known = new Map(ids.map(({ id }) => [id, { heads: new Map(), open: new Map() }]))
        for (let round = 0; round < rounds; round += 1) {
          await killUnderLoad(server, key, { known, round })
          await where.settled()
          server = await startServe(home, where.flags)
          const api = apiOf(server, key)
          for (const [storeId, expected] of known) await checkStore(api, storeId, expected)
        }
        expect(await server.stop()).toBe(0)
      },
      45_000 * rounds,
    )
  })
}

function apiOf(server: ServeProcess, key: string): Api {
  return connect({ baseUrl: `${server.url}/`, headers: { 'x-api-key': key } })
}

interface Load {
  readonly known: ReadonlyMap<string, Acknowledged>
  readonly round: number
}

/** Writes from many sides until the kill, which comes when each of them may have written. */
async function killUnderLoad(server: ServeProcess, key: string, load: Load): Promise<void> {
  const api = apiOf(server, key)
  const stop = new AbortController()
  let acknowledged = 0
  const storeIds = [...load.known.keys()]
  const work = Array.from({ length: writers }, (_, writer) => {
    const storeId = storeIds[writer % storeIds.length]!
    return writeUntil(stop.signal, api, {
      storeId,
      expected: load.known.get(storeId)!,
      writer,
      onAcknowledged: () => (acknowledged += 1),
      ...load,
    })
  })
  await expect.poll(() => acknowledged).toBeGreaterThan(writers)
  await sleep(Math.random() * 350)
  await server.kill()
  stop.abort()
  await Promise.all(work)
}

interface Writer extends Load {
  readonly storeId: string
  readonly expected: Acknowledged
  readonly writer: number
  readonly onAcknowledged: () => void
}

async function writeUntil(signal: AbortSignal, api: Api, given: Writer): Promise<void> {
  const { storeId, expected, writer, round } = given
  const acknowledge = (path: string, hash: string | undefined) => {
    expected.heads.set(path, hash)
    expected.open.delete(path)
    given.onAcknowledged()
  }
  for (let index = 0; !signal.aborted; index += 1) {
    const path = `/r${round}/w${writer}/${index}.md`
    const content = `${path} ${'x'.repeat(index % 3_000)}`
    try {
      expected.open.set(path, hashOf(content))
      const memory = await api.createMemory({ storeId, path, content })
      acknowledge(path, hashOf(content))
      if (index % 3 === 1) {
        expected.open.set(path, hashOf('second'))
        await api.updateMemory({ storeId, memoryId: memory.id, content: 'second' })
        acknowledge(path, hashOf('second'))
      } else if (index % 3 === 2) {
        expected.open.set(path, undefined)
        await api.deleteMemory({ storeId, memoryId: memory.id })
        acknowledge(path, undefined)
      }
    } catch {
      // The server is gone: what was under way stays in `open`.
      return
    }
  }
}

function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

async function checkStore(api: Api, storeId: string, expected: Acknowledged): Promise<void> {
  const memories = await allOf((page) =>
    api.listMemories({ storeId, limit: 20, view: 'full', page }),
  )
  const heads = new Map<string, Memory>()
  for (const item of memories) {
    if (isDirectory(item)) continue
    expect(hashOf(item.content!)).toBe(item.sha256)
    heads.set(item.path, item)
  }
  for (const [path, open] of expected.open) {
    // The answer was lost, not necessarily the write: what is there now is what holds.
    const now = heads.get(path)?.sha256
    const before = expected.heads.get(path)
    expect([before, open]).toContain(now)
    expected.heads.set(path, now)
  }
  expected.open.clear()
  for (const [path, hash] of expected.heads) expect(heads.get(path)?.sha256, path).toBe(hash)
  await checkHistory(api, storeId, heads)
}

/** The history replays to the heads, densely numbered, and the counters are what they count. */
async function checkHistory(
  api: Api,
  storeId: string,
  heads: ReadonlyMap<string, Memory>,
): Promise<void> {
  const versions: Version[] = await allOf((page) => api.listVersions({ storeId, limit: 100, page }))
  const replayed = new Map<string, string>()
  for (const version of versions.toReversed()) {
    if (version.operation === 'deleted') replayed.delete(version.path!)
    else replayed.set(version.path!, version.sha256!)
  }
  expect(replayed).toEqual(new Map([...heads].map(([path, { sha256 }]) => [path, sha256])))
  const usage = await api.getUsage({ storeId })
  expect(usage).toMatchObject({
    memories: heads.size,
    versions: versions.length,
    seq: versions.length + 1, // the store's own creation is its first change
    contentBytes: [...heads.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  })
}

async function allOf<Item>(
  read: (page: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = []
  let page: string | undefined
  do {
    const next = await read(page)
    items.push(...next.items)
    page = next.nextPage
  } while (page !== undefined)
  return items
}
