// Redaction and deletion are promises about the disk: the files are searched for what was erased.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openInProcess, temporaryPlace, type Place } from '../support/in-process.ts'
import { newTenant, type World } from '../support/world.ts'

let place: Place
let world: World

beforeEach(async () => {
  place = await temporaryPlace()
  world = await openInProcess({ ...place, [Symbol.asyncDispose]: async () => undefined })
})

afterEach(() => place[Symbol.asyncDispose]())

/** The files of the installation that hold this text. */
function filesWith(text: string): string[] {
  return readdirSync(place.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text))
}

test('[R-8.5-6] redacted content and path are nowhere on the disk, running and stopped', async () => {
  const { api } = await newTenant(world)
  const { id: storeId } = await api.createStore({ name: 'x' })
  const secrets: string[] = []
  for (const size of [10, 3_000, 100_000]) {
    const word = `secret-${size}-${crypto.randomUUID()}`
    secrets.push(word)
    const content = `${word} ${'x'.repeat(size - 10)} ${word}`
    const memory = await api.createMemory({ storeId, path: `/path-of-${word}`, content })
    const update = { storeId, memoryId: memory.id, path: `/harmless-${size}`, content: 'harmless' }
    await api.updateMemory(update)
    expect(filesWith(word)).not.toEqual([])
    await api.redactVersion({ storeId, versionId: memory.versionId })
    expect(filesWith(word)).toEqual([])
  }
  await world[Symbol.asyncDispose]()
  for (const word of secrets) expect(filesWith(word)).toEqual([])
})

test('[R-8.5-6] [R-8.5-5] text that another version repeats is erased with the last of them', async () => {
  const { api } = await newTenant(world)
  const { id: storeId } = await api.createStore({ name: 'x' })
  const word = `secret-${crypto.randomUUID()}`
  const first = await api.createMemory({ storeId, path: '/a', content: word })
  const at = { storeId, memoryId: first.id }
  const renamed = await api.updateMemory({ ...at, path: '/b' })
  await api.updateMemory({ ...at, content: 'harmless' })
  await api.redactVersion({ storeId, versionId: first.versionId })
  const kept = await api.getVersion({ storeId, versionId: renamed.versionId })
  expect(kept.content).toBe(word)
  await api.redactVersion({ storeId, versionId: renamed.versionId })
  expect(filesWith(word)).toEqual([])
  await world[Symbol.asyncDispose]()
})
