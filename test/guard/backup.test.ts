// A backup is taken while everybody works on, and is whole or not there.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BackupStep } from '../../src/domain/guard/steps.ts'
import { defaultLimits } from '../../src/domain/limits.ts'
import { readThroughServer, restoreCopy, verifyCopy } from '../../src/server/copies.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import type { Storage } from '../../src/storage/port.ts'
import { openInProcess, temporaryPlace, type Place } from '../support/in-process.ts'
import { newScribe, type Scribe } from '../support/scribe.ts'
import { optionsWith } from '../support/storages.ts'
import { findingsIn } from '../support/verified.ts'
import { outcome, refusal } from '../support/world.ts'

let place: Place
let storage: Storage
let file: string

beforeEach(async () => {
  place = await temporaryPlace()
  const data = join(place.directory, 'data')
  storage = await openSqlite(data, optionsWith({ limits }))
  await mkdir(join(place.directory, 'backups'))
  file = join(place.directory, 'backups', 'copy.db')
})
afterEach(async () => {
  await storage[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

const limits = { ...defaultLimits, storeMemoriesMax: 1_000_000 }
const never = new AbortController().signal

async function backup(target = file, signal = never): Promise<BackupStep | undefined> {
  return (await Array.fromAsync(storage.guard.backup(target, signal))).at(-1)
}

const backups = () => readdirSync(join(place.directory, 'backups'))

/** So much that a copy takes several steps. */
async function fill(scribe: Scribe, memories: number): Promise<void> {
  const text = 'x'.repeat(100_000)
  const writes = Array.from({ length: memories }, (_, index) => scribe.create(`/f${index}`, text))
  await Promise.all(writes)
}

describe('a backup', () => {
  test('is one moment of the database, taken while others write', async () => {
    const scribe = await newScribe(storage)
    await fill(scribe, 120)
    const done = { writes: 0, isOver: false }
    const writing = (async () => {
      for (; !done.isOver; done.writes += 1) await scribe.create(`/w${done.writes}`, 'written')
    })()
    const before = done.writes
    const steps: BackupStep[] = []
    for await (const step of storage.guard.backup(file, never)) {
      steps.push(step)
      // Whoever erased would wait until the copy is made; whoever writes does not.
      if (step.type === 'progress') await expect.poll(() => done.writes).toBeGreaterThan(before)
    }
    const last = steps.at(-1)
    const after = done.writes
    done.isOver = true
    await writing
    expect(after).toBeGreaterThan(before)
    // One state: it never begins again, and what others add is not in it.
    const copied = steps.flatMap((step) => (step.type === 'progress' ? [step] : []))
    expect(copied.length).toBeGreaterThan(3)
    expect(new Set(copied.map(({ bytesTotal }) => bytesTotal)).size).toBe(1)
    const lengths = copied.map(({ bytes }) => bytes)
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
    const bytes = statSync(file).size
    expect(last).toMatchObject({ type: 'done', file, bytes })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(backups()).toEqual(['copy.db'])
    expect(await findingsIn(verifyCopy(file, never))).toEqual([])
    // The check leaves nothing beside it either.
    expect(backups()).toEqual(['copy.db'])
    const restored = join(place.directory, 'restored')
    await restoreCopy(file, restored)
    await using copy = await openSqlite(restored, optionsWith({ limits }))
    const paths = await scribe.through(copy).paths({ limit: 1_000_000 })
    const written = paths.filter((path) => path.startsWith('/w')).length
    expect(written).toBeGreaterThanOrEqual(before)
    expect(written).toBeLessThanOrEqual(after + 1)
    expect(paths.length - written).toBe(120)
  })

  test('replaces nothing, and needs a place to be', async () => {
    writeFileSync(file, 'somebody’s')
    expect(await refusal(backup())).toMatchObject({ code: 'invalid', field: 'file' })
    expect(readFileSync(file, 'utf8')).toBe('somebody’s')
    expect(await outcome(backup(join(place.directory, 'none', 'x.db')))).toBe('invalid')
    expect(backups()).toEqual(['copy.db'])
  })

  test('that is given up leaves nothing', async () => {
    await fill(await newScribe(storage), 200)
    const controller = new AbortController()
    for await (const step of storage.guard.backup(file, controller.signal)) {
      expect(step.type).toBe('progress')
      controller.abort()
    }
    expect(backups()).toEqual([])
    // What a killed process left under the other name is no obstacle.
    writeFileSync(`${file}.partial`, 'half')
    expect(await backup()).toMatchObject({ type: 'done' })
    expect(backups()).toEqual(['copy.db'])
  })

  test('is made one at a time', async () => {
    await fill(await newScribe(storage), 60)
    const other = join(place.directory, 'backups', 'other.db')
    const outcomes = await Promise.all([outcome(backup()), outcome(backup(other))])
    expect(outcomes.toSorted()).toEqual(['busy', 'done'])
    expect(await outcome(backup(existsSync(file) ? other : file))).toBe('done')
  })

  test('lets a redaction wait until the copy is made, and no longer', async () => {
    const scribe = await newScribe(storage)
    await fill(scribe, 200)
    const head = await scribe.create('/secret', 'the secret word')
    await scribe.update(head, { content: 'clean' })
    const order: string[] = []
    for await (const step of storage.guard.backup(file, never)) {
      if (step.type !== 'progress') order.push(step.type)
      if (order.length > 0 || order.includes('asked')) continue
      order.push('asked')
      void scribe.redact(scribe.versionIdOf(head)).then(() => order.push('redacted'))
    }
    while (!order.includes('redacted')) await scribe.create(`/more${Math.random()}`)
    expect(order.slice(0, 2)).toEqual(['asked', 'checking'])
    expect(readFileSync(file).includes('the secret word')).toBe(true)
    const data = readdirSync(join(place.directory, 'data'))
    const held = data.filter((name) =>
      readFileSync(join(place.directory, 'data', name)).includes('the secret word'),
    )
    expect(held).toEqual([])
  })
})

test('a restored installation knows its keys and cursors, and is served as it was', async () => {
  await storage[Symbol.asyncDispose]()
  const flags = { 'data-dir': join(place.directory, 'data') }
  const home = { ...place, flags, [Symbol.asyncDispose]: async () => undefined }
  const world = await openInProcess(home)
  const { secret } = await world.operator.createKey({ name: 'laptop', role: 'admin' })
  const api = await world.connect(secret)
  const { id: storeId } = await api.createStore({ name: 'x' })
  for (const path of ['/a', '/b', '/c']) await api.createMemory({ storeId, path, content: path })
  const { nextPage } = await api.listMemories({ storeId, limit: 1 })
  const key = await api.getSigningKey()
  await Array.fromAsync(world.operator.streamBackup({ file, signal: never }))
  await world[Symbol.asyncDispose]()
  const restored = join(place.directory, 'restored')
  await restoreCopy(file, restored)
  expect(await outcome(restoreCopy(file, restored))).toBe('invalid')
  expect(await readThroughServer(restored)).toEqual({ workspaces: 1, stores: 1, memories: 3 })
  await using again = await openInProcess({ ...home, flags: { 'data-dir': restored } })
  const same = await again.connect(secret)
  const page = await same.listMemories({ storeId, limit: 1, page: nextPage })
  expect(page.items).toMatchObject([{ path: '/b' }])
  expect(await same.getSigningKey()).toEqual(key)
})
