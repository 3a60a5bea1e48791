import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Api } from '../../src/api.ts'
import { exportArchive } from '../../src/cli/transfer/export-files.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { mirror } from '../../src/transfer/mirror.ts'
import { openInProcess, temporaryPlace } from '../support/in-process.ts'
import { newTenant, outcome, type World } from '../support/world.ts'
import { bringIn } from './round-trip.contract.ts'
import { contentsOf, essence, eventfulStore, historyOf } from './stories.ts'

let world: World
let source: Api
let target: Api
let storeId: string
let copyId: string

beforeAll(async () => {
  world = await openInProcess(await temporaryPlace())
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  source = (await newTenant(world)).api
  target = (await newTenant(world)).api
  storeId = (await source.createStore({ name: 'source' })).id
  copyId = (await target.createStore({ name: 'copy' })).id
})

const own = new Set<string>([
  'getUsage',
  'applyBatch',
  'listChanges',
  'watchChanges',
  'exportHistory',
  'importHistory',
])

/** A server that has nothing but the official operations. */
function officialOnly(api: Api): Api {
  return new Proxy(api, {
    get: (real, name: keyof Api) => {
      if (!own.has(name)) return real[name].bind(real)
      return async () => {
        throw new DomainError({ code: 'not_found', message: 'Not found' })
      }
    },
  })
}

/** A server that dies after so many calls of a verb, before or after it did what was asked. */
function dying(api: Api, verb: keyof Api, calls: number, isDone = false): Api {
  let left = calls
  return new Proxy(api, {
    get: (real, name: keyof Api) => {
      const call = real[name].bind(real) as (input: unknown) => Promise<unknown>
      if (name !== verb) return call
      return async (input: unknown) => {
        left -= 1
        if (left >= 0) return call(input)
        if (isDone) await call(input)
        throw new DomainError({ code: 'unavailable', message: 'gone' })
      }
    },
  })
}

const run = (from = source, to = target) =>
  mirror({
    source: { api: from, storeId },
    target: { api: to, storeId: copyId },
    isDryRun: false,
  })

/** Versions alone: a server of the official operations tells of no other change. */
const versionsOf = async (api: Api, id: string) =>
  essence(await historyOf(api, id)).filter(({ kind }) => kind !== 'redacted')

const write = async (path: string, ...contents: string[]) => {
  const memory = await source.createMemory({ storeId, path, content: contents[0] })
  for (const content of contents.slice(1)) {
    await source.updateMemory({ storeId, memoryId: memory.id, content })
  }
  return memory
}

describe('a mirror', () => {
  test.each([
    ['before it did anything', false],
    ['after it did what was asked, its answer lost', true],
  ])('goes on after a server that died %s', async (_when, isDone) => {
    for (let index = 0; index < 60; index += 1) {
      await write(`/m${index}`, 'x'.repeat(102_400), `${index}`)
    }
    for (let calls = 0; calls < 2; calls += 1) {
      const broken = dying(target, 'importHistory', calls, isDone)
      expect(await outcome(run(source, broken))).toBe('unavailable')
    }
    await run(dying(source, 'exportHistory', 0)).catch(() => undefined)
    await run()
    expect(await versionsOf(target, copyId)).toEqual(await versionsOf(source, storeId))
    expect((await run()).versions).toBe(0)
  })

  test('takes the versions of a server with nothing but the official operations', async () => {
    storeId = await eventfulStore(source)
    await run(officialOnly(source))
    const copied = await versionsOf(target, copyId)
    const told = (await versionsOf(source, storeId)).map(
      ({ kind, content, author, isRedacted }) => ({
        kind,
        content,
        author,
        isRedacted,
      }),
    )
    expect(copied).toMatchObject(told)
    expect(await contentsOf(target, copyId)).toEqual(await contentsOf(source, storeId))
    expect((await run(officialOnly(source))).versions).toBe(0)
    const memory = await write('/new', 'one', 'two')
    expect((await run(officialOnly(source))).versions).toBe(2)
    await source.redactVersion({ storeId, versionId: memory.versionId })
    expect((await run(officialOnly(source))).versions).toBe(0)
    const entries = await historyOf(target, copyId)
    const redacted = entries.find(({ claimed }) => claimed?.versionId === memory.versionId)
    expect(redacted).toMatchObject({ content: undefined, path: undefined })
  })

  test('and an archive of such a server brings no stand-in for what was redacted', async () => {
    storeId = await eventfulStore(source)
    const folder = await mkdtemp(join(tmpdir(), 'palimpsest-official-'))
    const place = join(folder, 'a.tar.gz')
    await exportArchive(officialOnly(source), { storeId, place })
    const { store } = await bringIn(target, place, 'brought')
    await rm(folder, { recursive: true })
    const entries = await historyOf(target, store.id)
    expect(JSON.stringify(entries)).not.toContain('redacted-memver')
    const redacted = (all: typeof entries) =>
      all.filter(({ redactedAt }) => redactedAt !== undefined).length
    expect(redacted(entries)).toBe(redacted(await historyOf(source, storeId)))
    expect(redacted(entries)).toBe(4)
  })

  test('writes to such a server too, version by version, and goes on', async () => {
    await write('/a', 'one', 'two', 'three')
    const memory = await write('/b', 'four', 'five')
    await source.updateMemory({ storeId, memoryId: memory.id, path: '/c' })
    await source.redactVersion({ storeId, versionId: memory.versionId })
    const gone = await write('/gone', 'six')
    await source.deleteMemory({ storeId, memoryId: gone.id })
    const broken = dying(officialOnly(target), 'updateMemory', 1, true)
    expect(await outcome(run(source, broken))).toBe('unavailable')
    const result = await run(source, officialOnly(target))
    expect(result).toMatchObject({ keepsClaims: false, lost: [] })
    expect(await contentsOf(target, copyId)).toEqual(await contentsOf(source, storeId))
    const { items } = await target.listVersions({ storeId: copyId, view: 'full' })
    expect(items.map(({ content }) => content)).toContain('two')
    expect(items.map(({ content }) => content)).not.toContain('four')
    expect((await run(source, officialOnly(target))).versions).toBe(0)
    await write('/d', 'seven')
    expect((await run(officialOnly(source), officialOnly(target))).versions).toBeGreaterThan(0)
    expect(await contentsOf(target, copyId)).toEqual(await contentsOf(source, storeId))
  })

  test('deletes what the source deleted and forgot meanwhile', async () => {
    await write('/kept', 'one')
    await write('/gone', 'two')
    await run()
    const forgetful = new Proxy(source, {
      get: (real, name: keyof Api) => {
        if (name === 'getUsage') {
          return async (input: { storeId: string }) => {
            const usage = await real.getUsage(input)
            return { ...usage, historyFrom: usage.seq }
          }
        }
        if (name !== 'listMemories') return real[name].bind(real)
        return async (input: { storeId: string }) => {
          const page = await real.listMemories(input)
          return {
            ...page,
            items: page.items.filter((item) => 'path' in item && item.path !== '/gone'),
          }
        }
      },
    })
    await write('/new', 'three')
    await run(forgetful)
    expect(Object.keys(await contentsOf(target, copyId))).toEqual(['/kept', '/new'])
  })

  test('refuses a target that is something else, and one that somebody writes to', async () => {
    await write('/a', 'one')
    await target.createMemory({ storeId: copyId, path: '/own', content: '' })
    expect(await outcome(run())).toBe('conflict')
    expect(await outcome(run(source, officialOnly(target)))).toBe('conflict')
    const writer = (await newTenant(world)).api
    copyId = (await writer.createStore({ name: 'copy' })).id
    const interfering = new Proxy(writer, {
      get: (real, name: keyof Api) => {
        const call = real[name].bind(real) as (input: unknown) => Promise<unknown>
        if (name !== 'importHistory') return call
        return async (input: unknown) => {
          await writer.createMemory({ storeId: copyId, path: '/other', content: '' })
          return call(input)
        }
      },
    })
    expect(await outcome(run(source, interfering))).toBe('precondition_failed')
    expect(Object.keys(await contentsOf(writer, copyId))).toEqual(['/other'])
  })

  test('goes on where the target has forgotten who wrote what was brought', async () => {
    const authors = await source.createStore({ name: 'brought in before' })
    storeId = authors.id
    const bring = async (...paths: string[]) => {
      const { seq: expectedSeq } = await source.getUsage({ storeId })
      const operations = paths.map((path) => {
        return { type: 'create', path, content: path, claimed: { actor: 'Ada Example' } } as const
      })
      await source.importHistory({ storeId, expectedSeq, operations })
    }
    await bring('/a', '/b')
    await run()
    const authorsThere = async () =>
      (await historyOf(target, copyId)).map(({ claimed }) => claimed?.origin?.actor)
    expect(await authorsThere()).toEqual([undefined, 'Ada Example', 'Ada Example'])
    await target.forget({ subject: { text: ['ada example'] } })
    expect(await authorsThere()).toEqual([undefined, '[redacted]', '[redacted]'])
    expect((await run()).versions).toBe(0)
    await bring('/c')
    const { items } = await source.listMemories({ storeId })
    const [first] = items.filter((item) => 'id' in item)
    await source.updateMemory({ storeId, memoryId: first?.id ?? '', content: 'new' })
    expect((await run()).versions).toBe(2)
    expect(await contentsOf(target, copyId)).toEqual(await contentsOf(source, storeId))
    // Forgotten in the source, too, it does not come along any more.
    await source.forget({ subject: { text: ['Ada Example'] } })
    await bring('/d')
    copyId = (await target.createStore({ name: 'another copy' })).id
    await run()
    expect((await authorsThere()).filter((actor) => actor === 'Ada Example')).toHaveLength(1)
  })

  test('ends where names that are no ids were forgotten, rather than guess', async () => {
    const operation = (memoryId: string) =>
      ({
        type: 'create',
        path: `/${memoryId.length}`,
        content: '',
        claimed: { storeId, memoryId, versionId: 'memver_x', seq: memoryId.length },
      }) as const
    const operations = [operation('mem_ada'), operation('mem_ada_2')]
    await target.importHistory({ storeId: copyId, expectedSeq: 1, operations })
    for (const path of ['/1', '/2', '/3', '/4', '/5', '/6', '/7', '/8']) await write(path, '')
    expect(await outcome(run())).toBe('done')
    await target.forget({ subject: { text: ['ada'] } })
    expect(await outcome(run())).toBe('conflict')
  })

  test('keeps the order of a source whose clock jumped', async () => {
    const now = vi.spyOn(Date, 'now')
    try {
      const real = Date.now()
      for (const [index, hours] of [0, -5, 100, -1_000, 3].entries()) {
        now.mockImplementation(() => real + hours * 3_600_000)
        await write(`/m${index}`, `${index}`)
      }
      await run()
      await run(source, target)
    } finally {
      now.mockRestore()
    }
    const paths = (await historyOf(target, copyId)).map(({ path }) => path)
    expect(paths).toEqual([undefined, '/m0', '/m1', '/m2', '/m3', '/m4'])
    expect(await versionsOf(target, copyId)).toEqual(await versionsOf(source, storeId))
  })
})
