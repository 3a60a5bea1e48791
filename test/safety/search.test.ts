// What search keeps beside the storage: nothing on the disk, nothing that a crash could spoil, and
// nothing that was erased.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { connect } from '../../src/client/connect.ts'
import { root } from '../../src/domain/memory/path.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { SearcherThread } from '../../src/storage/search/searcher-thread.ts'
import { requestsInFlight } from '../support/in-flight.ts'
import { openInProcess, temporaryPlace } from '../support/in-process.ts'
import { serve } from '../support/serve.ts'
import { firstKeyIn, makeHome, startServe } from '../support/serve-process.ts'
import { newScribe } from '../support/scribe.ts'
import { optionsWith } from '../support/storages.ts'
import { collect, newTenant } from '../support/world.ts'

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function fill(api: Api, storeId: string, count: number): Promise<void> {
  for (let start = 0; start < count; start += 50) {
    const operations = Array.from({ length: Math.min(50, count - start) }, (_, index) => ({
      type: 'create' as const,
      path: `/m${start + index}`,
      content: `number${start + index} ${'lorem ipsum dolor '.repeat(500)}`,
    }))
    await api.applyBatch({ storeId, operations })
  }
}

test('[R-own-10] search and grep add no file and leave no word of what was redacted anywhere', async () => {
  await using place = await temporaryPlace()
  const world = await openInProcess({ ...place, [Symbol.asyncDispose]: async () => undefined })
  const { api } = await newTenant(world)
  const { id: storeId } = await api.createStore({ name: 'x' })
  const before = filesIn(place.directory)
  const word = `secret${crypto.randomUUID().replaceAll('-', '')}`
  const memory = await api.createMemory({ storeId, path: '/a', content: `the ${word}` })
  for (let round = 0; round < 3; round += 1) {
    expect((await api.searchStore({ storeId, query: word })).items).toHaveLength(1)
    expect((await api.grepStore({ storeId, pattern: word })).items).toHaveLength(1)
    await wait(50)
  }
  await api.updateMemory({ storeId, memoryId: memory.id, content: 'harmless' })
  await api.redactVersion({ storeId, versionId: memory.versionId })
  expect((await api.searchWorkspace({ query: word })).items).toEqual([])
  expect((await api.searchWorkspace({ query: `${word.slice(0, 9)}*` })).items).toEqual([])
  expect((await api.grepWorkspace({ pattern: word })).items).toEqual([])
  expect(filesIn(place.directory)).toEqual(before)
  const leaking = () => filesIn(place.directory).filter((file) => readFileSync(file).includes(word))
  expect(leaking()).toEqual([])
  await world[Symbol.asyncDispose]()
  expect(leaking()).toEqual([])
})

test('a server that is killed while it indexes finds everything when it is back', async () => {
  await using home = await makeHome()
  const directory = mkdtempSync(join(tmpdir(), 'palimpsest-search-'))
  try {
    const flags = ['--data-dir', directory]
    const first = await startServe(home, flags)
    const key = firstKeyIn(first.output())
    const apiOf = (url: string) =>
      connect({ baseUrl: `${url}/`, headers: { 'x-api-key': key } }, { attemptsMax: 1 })
    const api = apiOf(first.url)
    const { id: storeId } = await api.createStore({ name: 'x' })
    await fill(api, storeId, 600)
    const searching = Promise.allSettled(
      ['number5', 'nowhere', 'number599'].map((query) => api.searchStore({ storeId, query })),
    )
    await wait(30)
    await first.kill()
    await searching
    await using second = await startServe(home, flags)
    const again = apiOf(second.url)
    // A page is given out after some seconds, however far the index has come by then.
    const found = (query: string) =>
      collect((page) => again.searchStore({ storeId, query, limit: 100, page }))
    for (const number of [0, 5, 300, 599]) {
      const hits = await found(`number${number}`)
      expect(hits.map(({ path }) => path)).toEqual([`/m${number}`])
    }
    expect(await found('number1*')).toHaveLength(111)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

test('[R-own-9] a client that leaves takes its runaway pattern with it', async () => {
  await using server = await serve()
  using api = connect({ baseUrl: `${server.url}/`, headers: { 'x-api-key': server.key } })
  const { id: storeId } = await api.createStore({ name: 'x' })
  await api.createMemory({ storeId, path: '/a', content: `${'a'.repeat(5_000)}!` })
  const path = `/palimpsest/v1/memory_stores/${storeId}/grep?pattern=${encodeURIComponent('(a+)+$')}`
  const asked = request(`${server.url}${path}`, { headers: { 'x-api-key': server.key } })
  const left = new Promise((resolve) => asked.on('error', resolve))
  asked.end()
  await expect.poll(() => requestsInFlight(server.url, server.key)).toBe(2)
  asked.destroy()
  await left
  // The thread is ended under it, and this is asked for again.
  expect((await api.grepStore({ storeId, pattern: 'a!' })).items).toHaveLength(1)
})

test('a stopped call ends with the reason of its signal, and the next one works', async () => {
  await using place = await temporaryPlace()
  await using world = await openInProcess({
    ...place,
    [Symbol.asyncDispose]: async () => undefined,
  })
  const { api } = await newTenant(world)
  const { id: storeId } = await api.createStore({ name: 'x' })
  await fill(api, storeId, 100)
  const stop = new AbortController()
  const stopped = api.searchStore({ storeId, query: 'nowhere', signal: stop.signal })
  stop.abort(new Error('left'))
  await expect(stopped).rejects.toThrow('left')
  const early = api.grepStore({ storeId, pattern: 'x', signal: stop.signal })
  await expect(early).rejects.toThrow('left')
  expect((await api.searchStore({ storeId, query: 'number7' })).items).toHaveLength(1)
})

test('many at once are answered or refused in words, never left hanging', async () => {
  await using place = await temporaryPlace()
  await using world = await openInProcess({
    ...place,
    [Symbol.asyncDispose]: async () => undefined,
  })
  const { api } = await newTenant(world)
  const { id: storeId } = await api.createStore({ name: 'x' })
  await fill(api, storeId, 100)
  const all = await Promise.allSettled(
    Array.from({ length: 200 }, () => api.grepStore({ storeId, pattern: 'number7\\b' })),
  )
  const refused = all.filter((one) => one.status === 'rejected')
  for (const { reason } of refused) {
    expect((reason as { problem?: unknown }).problem).toMatchObject({ code: 'rate_limited' })
  }
  const answered = all.flatMap((one) =>
    one.status === 'fulfilled' ? [one.value.items.length] : [],
  )
  expect(new Set(answered)).toEqual(new Set([1]))
  expect(answered.length).toBeGreaterThan(0)
})

test('a thread that nobody asks ends with all it keeps, and begins again when asked', async () => {
  await using place = await temporaryPlace()
  await using storage = await openSqlite(place.directory, optionsWith())
  const scribe = await newScribe(storage)
  await scribe.create('/a', 'word')
  await using thread = new SearcherThread({
    role: 'lines',
    module: new URL('../../src/storage/sqlite/searcher.ts', import.meta.url),
    data: { file: join(place.directory, 'palimpsest.db') },
    idleMs: 20,
  })
  const pattern = { source: 'wo', isFixed: false, ignoresCase: false }
  const { workspaceId, storeId } = scribe.scope
  const where = { workspaceId, storeIds: [storeId], asOf: undefined, prefix: root }
  const query = { ...where, pattern, contextLines: 0 }
  const ask = () => thread.ask({ type: 'lines', query: { ...query, limit: 10, after: undefined } })
  expect(thread.isRunning).toBe(false)
  for (let round = 0; round < 2; round += 1) {
    expect(await ask()).toMatchObject({ value: { items: [{ path: '/a' }] } })
    expect(thread.isRunning).toBe(true)
    await expect.poll(() => thread.isRunning).toBe(false)
  }
})
