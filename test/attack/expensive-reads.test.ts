// Reads that look through a long history, and what others get meanwhile.
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { beforeAll, afterAll, describe, expect, test } from 'vitest'
import { parsePrefix } from '../../src/domain/memory/path.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import type { ChangesQuery, Storage, VersionsQuery } from '../../src/storage/port.ts'
import type { Head } from '../../src/domain/memory/memory.ts'
import { listChanges } from '../../src/usecases/changes/list-changes.ts'
import { makeRequestId } from '../../src/domain/ids.ts'
import { defaultLimits } from '../../src/domain/limits.ts'
import { temporaryPlace, type Place } from '../support/in-process.ts'
import { by, newScribe, type Scribe } from '../support/scribe.ts'
import { optionsWith } from '../support/storages.ts'

const versions = 12_000
let place: Place
let storage: Storage
let scribe: Scribe
let head: Head

beforeAll(async () => {
  place = await temporaryPlace()
  storage = await openSqlite(place.directory, optionsWith())
  scribe = await newScribe(storage)
  head = await scribe.create('/a', 'x')
  for (let done = 0; done < versions; done += 1_000) {
    const commands = Array.from({ length: 1_000 }, (_, index) =>
      scribe.updateCommand(head, { content: `${done + index}` }),
    )
    await scribe.batch(...commands)
  }
})

afterAll(async () => {
  await storage[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

const everything: VersionsQuery = {
  memoryId: undefined,
  operation: undefined,
  actors: [],
  createdFrom: undefined,
  createdTo: undefined,
  beforeSeq: undefined,
  limit: 20,
  content: false,
}

async function list(query: Partial<VersionsQuery>) {
  const found = await storage.view.versions(scribe.scope, { ...everything, ...query })
  if (!found.found) throw new Error('no such store')
  return found.value
}

/** How often others had a turn while the read was under way. */
async function turnsDuring(read: Promise<unknown>): Promise<number> {
  let turns = 0
  const over = new AbortController()
  const counting = (async () => {
    while (!over.signal.aborted) {
      await nextTurn()
      turns += 1
    }
  })()
  await read
  over.abort()
  await counting
  return turns
}

describe('a read through a long history gives way to others', () => {
  const rare: Record<string, () => Partial<VersionsQuery>> = {
    'versions by a rare actor': () => ({ actors: ['apikey_none'] }),
    'versions of a memory by a rare operation': () => ({
      memoryId: scribe.idOf(head),
      operation: 'deleted',
    }),
    'versions of a memory before a time long ago': () => ({
      memoryId: scribe.idOf(head),
      createdTo: 5,
    }),
    'versions of a memory from deep in its history': () => ({
      memoryId: scribe.idOf(head),
      beforeSeq: 1,
    }),
  }

  test.each(Object.entries(rare))('%s', async (_what, query) => {
    expect(await turnsDuring(list(query()))).toBeGreaterThan(versions / 2_000)
  })

  test('changes below a prefix that nothing lives under', async () => {
    const query: ChangesQuery = { after: 0, prefix: parsePrefix('/none/'), limit: 100 }
    const turns = await turnsDuring(storage.view.changes(scribe.scope, query))
    expect(turns).toBeGreaterThan(versions / 2_000)
  })
})

test('deep pages of one memory cost what they return', async () => {
  const memoryId = scribe.idOf(head)
  let seen = 0
  let beforeSeq: number | undefined
  const times: number[] = []
  while (seen < versions) {
    const startedAt = performance.now()
    const page = await list({ memoryId, limit: 100, beforeSeq })
    times.push(performance.now() - startedAt)
    seen += page.length
    beforeSeq = page.at(-1)?.seq
  }
  expect(seen).toBe(versions)
  // One that began at the newest version would walk over all of them: a hundred times the work.
  expect(Math.min(...times.slice(-10))).toBeLessThan(20 * Math.min(...times.slice(0, 10)))
})

test('lists that a redaction overtakes have the version whole or redacted, never in between', async () => {
  const rare = scribe.through(storage, { ...by, actor: 'apikey_rare' })
  const secret = await rare.create('/secret/path', 'secret text')
  await scribe.update(secret, { path: '/clean', content: 'clean' })
  const redacting = scribe.redact(scribe.versionIdOf(secret))
  const listings = [list({ actors: ['apikey_rare'], content: true })]
  const over = new AbortController()
  void redacting.finally(() => over.abort())
  for (let round = 0; round < 200 && !over.signal.aborted; round += 1) {
    await wait(1)
    listings.push(list({ actors: ['apikey_rare'], content: true }))
  }
  await redacting
  listings.push(list({ actors: ['apikey_rare'], content: true }))
  const answered = await Promise.all(listings)
  const states = answered.map(([version]) => {
    const { path, content, redactedAt } = version ?? {}
    return `${path} ${content} ${redactedAt !== undefined}`
  })
  const whole = '/secret/path secret text false'
  const redacted = 'undefined undefined true'
  expect(states.filter((state) => state !== whole && state !== redacted)).toEqual([])
  expect(states).toContain(redacted)
})

test('a wait for a change looks through the history once, however often others write', async () => {
  const queries: number[] = []
  const view = { ...storage.view }
  const watched: Storage = Object.assign(Object.create(storage) as Storage, {
    subscribe: (listener: Parameters<Storage['subscribe']>[0]) => storage.subscribe(listener),
    view: Object.assign(Object.create(storage.view) as typeof view, {
      usage: (scope: typeof scribe.scope) => storage.view.usage(scope),
      changes: (scope: typeof scribe.scope, query: ChangesQuery) => {
        queries.push(query.after)
        return storage.view.changes(scope, query)
      },
    }),
  })
  const app = {
    storage: watched,
    limits: defaultLimits,
    cursorKey: new Uint8Array(1),
    clock: () => 0,
  }
  const caller = {
    workspaceId: scribe.scope.workspaceId,
    actor: 'apikey_reader',
    role: 'read_only',
    door: 'http',
    requestId: makeRequestId(1),
  } as const
  const input = { storeId: scribe.storeId, pathPrefix: '/none/', waitMs: 60_000 }
  const waiting = listChanges(app, caller, input)
  await expect.poll(() => queries.length).toBe(1)
  await wait(100)
  await scribe.update(head, { content: 'woken' })
  await expect.poll(() => queries.length).toBeGreaterThan(1)
  await scribe.create('/none/after/all', 'awaited')
  const page = await waiting
  expect(page.changes.map(({ path }) => path)).toEqual(['/none/after/all'])
  expect(queries.slice(1).every((after) => after > versions)).toBe(true)
  expect(page.seq).toBe((await scribe.usage()).seq)
})
