// A check that runs beside writers of every kind finds nothing: it never takes two moments for one.
import { describe, expect, test } from 'vitest'
import type { Head } from '../../src/domain/memory/memory.ts'
import type { Storage } from '../../src/storage/port.ts'
import { newScribe, newWorkspace } from '../support/scribe.ts'
import { findingsIn } from '../support/verified.ts'
import { outcome } from '../support/world.ts'

const never = new AbortController().signal

export function besideContract(
  engine: string,
  open: () => Promise<{ readonly storage: Storage } & AsyncDisposable>,
): void {
  describe(`a check beside writers, over ${engine}`, () => {
    test('finds nothing wrong', async () => {
      await using opened = await open()
      const { storage } = opened
      const workspace = await newWorkspace(storage)
      const done = { isOver: false, writes: 0 }
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        while (!done.isOver) {
          const writes = await turmoil(storage, workspace, writer)
          done.writes += writes
        }
      })
      for (let round = 0; round < 3 || done.writes < 800; round += 1) {
        expect(await findingsIn(storage.guard.verify(never))).toEqual([])
        await storage.sweep(never)
      }
      done.isOver = true
      await Promise.all(writers)
      expect(await findingsIn(storage.guard.verify(never))).toEqual([])
    })
  })
}

/** The life of a store: writes, renames, redactions, and now and then its end. */
async function turmoil(
  storage: Storage,
  workspace: Awaited<ReturnType<typeof newWorkspace>>,
  writer: number,
): Promise<number> {
  const scribe = await newScribe(storage, workspace)
  const heads: Head[] = []
  for (let index = 0; index < 20; index += 1) {
    heads.push(await scribe.create(`/d/${index}`, `text ${writer} ${index}`))
  }
  for (const [index, head] of heads.entries()) {
    if (index % 2 === 0) await scribe.update(head, { path: `/e/${index}` })
    if (index % 3 === 0) await scribe.update(head, { content: 'clean' })
    if (index % 6 === 0) await outcome(scribe.redact(scribe.versionIdOf(head)))
    if (index % 5 === 0) await scribe.remove(head)
  }
  await scribe.move('/e/', '/f/')
  if (writer % 2 === 0) await scribe.destroy()
  return 50
}
