import { describe, expect, test } from 'vitest'
import { newScribe, type Scribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'
import { outcome, refusal } from '../support/world.ts'

async function everything(scribe: Scribe) {
  return {
    store: await scribe.store(),
    usage: await scribe.usage(),
    contents: await scribe.contents(),
    versions: await scribe.versions(),
    changes: await scribe.changes(),
  }
}

export function openingContract(given: Given): void {
  describe('opened again', () => {
    test('a storage has everything it had', async () => {
      await using opened = await given.open()
      const scribe = await newScribe(opened.storage)
      const [a, b] = await scribe.createAll('/a', '/b')
      await scribe.update(a!, { content: 'new\0text', path: '/c' })
      await scribe.redact(scribe.versionIdOf(a!))
      await scribe.remove(b!)
      await scribe.patchStore({ name: 'renamed' })
      const before = await everything(scribe)
      const after = scribe.through(await opened.reopen())
      expect(await everything(after)).toEqual(before)
      const next = await after.create('/d')
      expect(next.headSeq).toBe(before.usage.seq + 1)
    })

    test('data that a newer program has changed is refused with one sentence', async () => {
      await using opened = await given.open()
      const { storage } = opened
      await storage[Symbol.asyncDispose]()
      await opened.pretendNewer()
      const problem = await refusal(opened.reopen())
      expect(problem).toMatchObject({ code: 'unavailable' })
      expect(problem.message).toMatch(/schema 999.*newer/)
    })
  })

  describe('closed', () => {
    test('a storage has made durable what it was given, and takes nothing more', async () => {
      await using opened = await given.open()
      const scribe = await newScribe(opened.storage)
      const writes = Array.from({ length: 30 }, (_, index) => outcome(scribe.create(`/${index}`)))
      const storage = await opened.reopen()
      const codes = await Promise.all(writes)
      const stored = await scribe.through(storage).paths()
      expect(stored).toHaveLength(codes.filter((code) => code === 'done').length)
      expect(await outcome(scribe.create('/late'))).toBe('unavailable')
    })
  })

  test('a healthy storage says so', async () => {
    await expect(given.storage.checkHealth()).resolves.toBe(undefined)
  })
}
