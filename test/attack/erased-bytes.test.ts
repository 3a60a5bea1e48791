// Redacted bytes and the pages of the database that were rebuilt before.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Head } from '../../src/domain/memory/memory.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { temporaryPlace } from '../support/in-process.ts'
import { newScribe } from '../support/scribe.ts'
import { optionsWith } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

// When rows of a deleted store leave a page, SQLite moves the rest to another and does not
// overwrite
// where they were.
test('a path that is redacted is gone from pages that it was moved off, too', async () => {
  await using place = await temporaryPlace()
  const clock = () => 1_800_000_000_000
  await using storage = await openSqlite(place.directory, optionsWith({ clock }))
  const deleted = await newScribe(storage)
  const kept = await newScribe(storage, deleted.scope.workspaceId)
  const secrets: { readonly head: Head; readonly word: string }[] = []
  for (let index = 0; index < 300; index += 1) {
    const long = 'l'.repeat((index * 37) % 20)
    const writes: Promise<unknown>[] = [deleted.create(`/p${long}${index}`, 'x')]
    if (index % 3 === 0) {
      const word = `/secret-${index}-`
      const keep = (head: Head) => secrets.push({ head, word })
      writes.push(kept.create(`${word}${long}`, `SECRET-${index}-`).then(keep))
    }
    await Promise.all(writes)
  }
  await deleted.destroy()
  await storage.sweep(new AbortController().signal)
  for (const { head } of secrets) {
    await kept.update(head, { path: `/clean${head.firstSeq}`, content: 'clean' })
  }
  for (const { head } of secrets) await kept.redact(kept.versionIdOf(head))
  const files = readdirSync(place.directory).map((name) =>
    readFileSync(join(place.directory, name)),
  )
  const found = secrets.filter(({ word }) => files.some((bytes) => bytes.includes(word)))
  expect(found.map(({ word }) => word)).toEqual([])
})

test('redactions that come close behind each other are all carried out', async () => {
  await using place = await temporaryPlace()
  await using storage = await openSqlite(place.directory, optionsWith())
  const scribe = await newScribe(storage)
  const ids: string[] = []
  for (let index = 0; index < 60; index += 1) {
    const head = await scribe.create(`/m${index}`, 'secret')
    await scribe.update(head, { content: 'clean' })
    ids.push(scribe.versionIdOf(head))
  }
  const redact = async (id: string, index: number) => {
    await wait(index * 3)
    return outcome(scribe.redact(id))
  }
  expect(new Set(await Promise.all(ids.map(redact)))).toEqual(new Set(['done']))
})
