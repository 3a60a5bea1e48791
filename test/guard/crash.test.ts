// Long work that is killed in the middle: nothing half done has a name, and running it again
// finishes.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { Api } from '../../src/api.ts'
import { connect } from '../../src/client/connect.ts'
import type { ReceiptDocument } from '../../src/domain/forget/receipt.ts'
import { verifyCopy } from '../../src/server/copies.ts'
import { temporaryPlace } from '../support/in-process.ts'
import { firstKeyIn, makeHome, startServe, type ServeProcess } from '../support/serve-process.ts'
import { findingsIn, findingsOf } from '../support/verified.ts'

/** How often each is killed; a long run sets it higher. */
const rounds = Number(process.env['TEST_KILL_ROUNDS'] ?? 3)
const never = new AbortController().signal
// Servers are started again and again, each at the pace of the machine.
vi.setConfig({ testTimeout: 180_000 })

function apiOf(server: ServeProcess, key: string): Api {
  return connect({ baseUrl: `${server.url}/`, headers: { 'x-api-key': key } })
}

async function fill(api: Api, memories: number, contentOf: (index: number) => string) {
  const { id: storeId } = await api.createStore({ name: 'filled' })
  const indexes = Array.from({ length: memories }, (_, index) => index)
  const writers = Array.from({ length: 8 }, async () => {
    for (let index = indexes.pop(); index !== undefined; index = indexes.pop()) {
      await api.createMemory({ storeId, path: `/m${index}`, content: contentOf(index) })
    }
  })
  await Promise.all(writers)
  return storeId
}

/** Fails as work does whose server is gone. */
const settled = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  )

test('a backup that is killed leaves no file under its name, and is made again', async () => {
  await using home = await makeHome()
  await using place = await temporaryPlace()
  const flags = ['--data-dir', join(place.directory, 'data')]
  let server = await startServe(home, flags)
  const key = firstKeyIn(server.output())
  await fill(apiOf(server, key), 500, (index) => `${index} ${'x'.repeat(100_000)}`)
  const file = join(place.directory, 'copy.db')
  for (let round = 0; round < rounds && !existsSync(file); round += 1) {
    const { promise: begun, resolve } = Promise.withResolvers<void>()
    const copying = (async () => {
      for await (const _ of apiOf(server, key).streamBackup({ file, signal: never })) resolve()
    })()
    await Promise.race([begun, settled(copying)])
    await sleep(round * 15)
    await server.kill()
    await settled(copying)
    // Whole or not there.
    if (existsSync(file)) expect(await findingsIn(verifyCopy(file, never))).toEqual([])
    server = await startServe(home, flags)
  }
  const another = join(place.directory, 'another.db')
  const target = existsSync(file) ? another : file
  const steps = await Array.fromAsync(
    apiOf(server, key).streamBackup({ file: target, signal: never }),
  )
  expect(steps.at(-1)).toMatchObject({ type: 'done' })
  expect(await findingsIn(verifyCopy(target, never))).toEqual([])
  expect(readdirSync(place.directory).filter((name) => name.endsWith('.partial'))).toEqual([])
  await server.kill()
})

test('a check that is killed changes nothing, and is made again', async () => {
  await using home = await makeHome()
  await using place = await temporaryPlace()
  const flags = ['--data-dir', place.directory]
  let server = await startServe(home, flags)
  const key = firstKeyIn(server.output())
  await fill(apiOf(server, key), 300, (index) => `${index} ${'x'.repeat(20_000)}`)
  for (let round = 0; round < rounds; round += 1) {
    const checking = settled(findingsOf(apiOf(server, key)))
    await sleep(40 + round * 60)
    await server.kill()
    await checking
    server = await startServe(home, flags)
  }
  expect(await findingsOf(apiOf(server, key))).toEqual([])
  await server.kill()
})

/** Forgets, unless a server was faster than the signal that killed it. @returns the receipt */
async function forgotten(api: Api, subject: { readonly text: readonly string[] }) {
  const [receipt] = (await api.listForgetReceipts({})).items
  if (receipt !== undefined) return receipt
  const done = await api.forget({ subject })
  if (done.type !== 'receipt') throw new Error('expected a receipt')
  return done.receipt
}

/** A store whose memories were brought in from somebody. */
async function bringFrom(api: Api, actor: string, changes: number): Promise<string> {
  const { id: storeId } = await api.createStore({ name: 'brought in' })
  for (let expectedSeq = 1; expectedSeq <= changes;) {
    const operations = Array.from({ length: 1_000 }, (_, index) => {
      const path = `/${expectedSeq + index}`
      return { type: 'create', path, content: 'kept', claimed: { seq: index, actor } } as const
    })
    expectedSeq = (await api.importHistory({ storeId, expectedSeq, operations })).seq
  }
  return storeId
}

test('a forgetting that is killed while it replaces claims finishes, and names each', async () => {
  await using home = await makeHome()
  await using place = await temporaryPlace()
  const flags = ['--data-dir', place.directory, '--store-memories-max', '9000']
  let server = await startServe(home, flags)
  const key = firstKeyIn(server.output())
  const changes = 8_000
  const storeId = await bringFrom(apiOf(server, key), 'Unforgettable Ada', changes)
  const subject = { text: ['unforgettable'] }
  const left = async () => {
    const found = await apiOf(server, key).forget({ subject, dryRun: true })
    return found.type === 'preview' ? found.redacted.flatMap(({ rows }) => rows) : []
  }
  const api = apiOf(server, key)
  const forgetting = settled(api.forget({ subject }))
  for (let actor: string | undefined; actor !== '[redacted] Ada';) {
    const [first] = (await api.listChanges({ storeId, after: 1, limit: 1 })).changes
    actor = first?.claimed?.actor
  }
  await server.kill()
  await forgetting
  server = await startServe(home, flags)
  expect(await left()).not.toEqual([`2-${changes + 1}`])
  const receipt = await forgotten(apiOf(server, key), subject)
  expect(JSON.parse(receipt.document)).toMatchObject({
    redacted: [{ place: 'claims', owner: storeId, rows: [`2-${changes + 1}`] }],
    counts: { rows: changes },
  })
  expect(await left()).toEqual([])
  const held = readdirSync(place.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    readFileSync(join(place.directory, name)).includes('Unforgettable'),
  )
  expect(held).toEqual([])
  expect(await findingsOf(apiOf(server, key))).toEqual([])
  await server.kill()
})

test('a forgetting that is killed again and again finishes, and its receipt has all of it', async () => {
  await using home = await makeHome()
  await using place = await temporaryPlace()
  const flags = ['--data-dir', place.directory]
  let server = await startServe(home, flags)
  const key = firstKeyIn(server.output())
  const word = 'Ada Unforgettable'
  const memories = 250
  // Each has an old version that bears the word and a new one that does not.
  const storeId = await fill(apiOf(server, key), memories, (index) => `${word} ${index}`)
  for await (const { memoryId } of versionsOf(apiOf(server, key), storeId)) {
    await apiOf(server, key).updateMemory({ storeId, memoryId, content: 'clean' })
  }
  const keep = { storeId, path: '/keep', content: 'kept' }
  await apiOf(server, key).createMemory(keep)
  const subject = { text: [word] }
  for (let round = 0; round < rounds; round += 1) {
    const forgetting = settled(apiOf(server, key).forget({ subject }))
    await sleep(30 + round * 50)
    await server.kill()
    await forgetting
    server = await startServe(home, flags)
    if ((await apiOf(server, key).listForgetReceipts({})).items.length > 0) break
  }
  const api = apiOf(server, key)
  const receipt = await forgotten(api, subject)
  const document = JSON.parse(receipt.document) as ReceiptDocument
  expect(document.memories).toHaveLength(memories)
  const held = readdirSync(place.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    readFileSync(join(place.directory, name)).includes('Unforgettable'),
  )
  expect(held).toEqual([])
  // Also what did not bear the word of the histories that did.
  const left = await Array.fromAsync(versionsOf(api, storeId))
  expect(left.filter(({ path }) => path !== undefined).map(({ path }) => path)).toEqual(['/keep'])
  expect(await findingsOf(api)).toEqual([])
  expect((await api.listForgetReceipts({})).items).toEqual([receipt])
  await server.kill()
})

async function* versionsOf(api: Api, storeId: string) {
  let page: string | undefined
  do {
    const found = await api.listVersions({ storeId, limit: 100, page })
    yield* found.items
    page = found.nextPage
  } while (page !== undefined)
}
