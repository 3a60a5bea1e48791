// The past as it was, and undoing it, over random histories of several actors.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Provenance } from '../../src/domain/caller.ts'
import type { UndoCommand } from '../../src/domain/history/command.ts'
import { makeRequestId } from '../../src/domain/ids.ts'
import { dayMs } from '../../src/domain/limits.ts'
import { isDirectory, type ListItem } from '../../src/domain/memory/memory.ts'
import { parsePath, parsePrefix } from '../../src/domain/memory/path.ts'
import { newScribe, type Scribe } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import { findingsIn } from '../support/verified.ts'
import { outcome } from '../support/world.ts'

type Step =
  | { readonly act: 'create' | 'write'; readonly path: string; readonly text: string }
  | { readonly act: 'rename'; readonly path: string; readonly to: string }
  | { readonly act: 'delete'; readonly path: string }
  | { readonly act: 'move'; readonly from: string; readonly to: string }
  | { readonly act: 'swap'; readonly path: string; readonly to: string }
type Deed = Step & { readonly who: 0 | 1 }

const segments = ['a', 'b', 'a.']
const path = fc
  .array(fc.constantFrom(...segments), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`)
const directory = fc
  .array(fc.constantFrom(...segments), { minLength: 1, maxLength: 2 })
  .map((parts) => `/${parts.join('/')}/`)
const text = fc
  .array(fc.constantFrom('one\n', 'two\n', 'three\n'), { maxLength: 4 })
  .map((lines) => lines.join(''))
const who = fc.constantFrom(0 as const, 1 as const)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('create' as const), path, text, who }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('write' as const), path, text, who }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('rename' as const), path, to: path, who }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('delete' as const), path, who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('move' as const),
      from: directory,
      to: directory,
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('swap' as const), path, to: path, who }) },
)
const deeds = fc.array(deed, { minLength: 5, maxLength: 25 })

const actors: readonly Provenance[] = ['apikey_user', 'sesn_agent'].map((actor) => ({
  actor,
  door: 'http',
  requestId: makeRequestId(2),
}))

/** Does it, or leaves it when the rules refuse. */
async function act(scribe: Scribe, deed: Deed): Promise<void> {
  switch (deed.act) {
    case 'create':
      return void (await outcome(scribe.create(deed.path, deed.text)))
    case 'write':
      return void (await outcome(scribe.update({ path: deed.path }, { content: deed.text })))
    case 'rename':
      return void (await outcome(scribe.update({ path: deed.path }, { path: deed.to })))
    case 'delete':
      return void (await outcome(scribe.remove({ path: deed.path })))
    case 'move':
      return void (await outcome(scribe.move(deed.from, deed.to)))
    case 'swap':
      return void (await outcome(
        scribe.batch(
          scribe.updateCommand({ path: deed.path }, { path: '/aside' }),
          scribe.updateCommand({ path: deed.to }, { path: deed.path }),
          scribe.updateCommand({ path: '/aside' }, { path: deed.to }),
        ),
      ))
  }
}

interface Then {
  readonly seq: number
  readonly contents: Readonly<Record<string, string | undefined>>
}

async function play(scribe: Scribe, all: readonly Deed[]): Promise<Then[]> {
  const past: Then[] = []
  for (const one of all) {
    const provenance = actors[one.who]
    await act(scribe.through(scribe.storage, provenance), one)
    past.push({ seq: (await scribe.usage()).seq, contents: await scribe.contents() })
  }
  return past
}

/** The list at a sequence, page by page of a size. */
async function listAt(
  { storage, scope }: Scribe,
  { seq, limit, depth = 0 }: { seq: number; limit: number; depth?: 0 | 1 },
) {
  const items: ListItem[] = []
  for (let after: string | undefined; ;) {
    const query = { prefix: parsePrefix('/'), depth, after, limit, content: true, seq }
    const found = await storage.view.history.memoriesAsOf(scope, query)
    if (!found.found) throw new Error('the store is there')
    items.push(...found.value.value)
    const last = found.value.value.at(-1)
    if (last === undefined || found.value.value.length < limit) return items
    after = isDirectory(last) ? last.prefix : last.path
  }
}

async function contentsAt(scribe: Scribe, seq: number, limit = 3) {
  const items = await listAt(scribe, { seq, limit })
  return Object.fromEntries(
    items.map((item) => (isDirectory(item) ? ['a directory', ''] : [item.path, item.content])),
  )
}

const runs = { numRuns: 12 }
const { signal } = new AbortController()

export function pastContract(given: Given): void {
  const undo = (scribe: Scribe, command: Partial<UndoCommand> & Pick<UndoCommand, 'type'>) => {
    const { scope, by } = scribe
    const base = { ...scope, by, isDryRun: false, expectedSeq: undefined }
    return scribe.storage.commit({ ...base, ...command } as UndoCommand)
  }
  const restoreTo = (scribe: Scribe, seq: number) =>
    undo(scribe, { type: 'restore', to: { moment: { seq }, selection: { type: 'all' } } })
  const revertOf = (scribe: Scribe, actor: string) =>
    undo(scribe, {
      type: 'revert',
      actor,
      since: undefined,
      until: undefined,
      prefix: parsePrefix('/'),
    })

  describe('the past', () => {
    test('reads at every sequence as it was, whole and by directories', async () => {
      await fc.assert(
        fc.asyncProperty(deeds, fc.integer({ min: 1, max: 4 }), async (all, limit) => {
          const scribe = await newScribe(given.storage)
          for (const { seq, contents } of await play(scribe, all)) {
            expect(await contentsAt(scribe, seq, limit)).toEqual(contents)
            const children = await listAt(scribe, { seq, limit, depth: 1 })
            const told = children.map((item) => (isDirectory(item) ? item.prefix : item.path))
            const tops = Object.keys(contents).map((one) => /^\/[^/]+\/?/.exec(one)?.[0])
            expect(told).toEqual([...new Set(tops)])
          }
        }),
        runs,
      )
    })

    test('a restore to a sequence reads as it did, and so does what it was before', async () => {
      await fc.assert(
        fc.asyncProperty(deeds, fc.nat(), async (all, pick) => {
          const scribe = await newScribe(given.storage)
          const past = await play(scribe, all)
          const wanted = past[pick % past.length]
          const last = past.at(-1)
          if (wanted === undefined || last === undefined) return
          const plan = await restoreTo(scribe, wanted.seq)
          expect(plan.conflicts).toEqual([])
          expect(await scribe.contents()).toEqual(wanted.contents)
          expect(await contentsAt(scribe, last.seq)).toEqual(last.contents)
          expect((await scribe.usage()).seq).toBe(plan.seq)
          await restoreTo(scribe, last.seq)
          expect(await scribe.contents()).toEqual(last.contents)
          expect((await restoreTo(scribe, last.seq)).changes).toEqual([])
        }),
        runs,
      )
    })

    test('a revert leaves what there would be without the actor, where nothing is shared', async () => {
      const apart = (one: Deed): Deed => {
        const under = (place: string) => `/${one.who}${place}`
        if ('from' in one) return { ...one, from: under(one.from), to: under(one.to) }
        return 'to' in one
          ? { ...one, path: under(one.path), to: under(one.to) }
          : { ...one, path: under(one.path) }
      }
      // Both would pass over the same free path.
      const alone = deeds.map((all) => all.filter(({ act }) => act !== 'swap').map(apart))
      await fc.assert(
        fc.asyncProperty(alone, async (all) => {
          const [whole, without] = [await newScribe(given.storage), await newScribe(given.storage)]
          await play(whole, all)
          await play(
            without,
            all.filter((one) => one.who === 0),
          )
          const plan = await revertOf(whole, 'sesn_agent')
          expect(plan.conflicts).toEqual([])
          expect(await whole.contents()).toEqual(await without.contents())
        }),
        runs,
      )
    })

    test('a revert done twice changes nothing the second time, whatever others wrote', async () => {
      await fc.assert(
        fc.asyncProperty(deeds, async (all) => {
          const scribe = await newScribe(given.storage)
          await play(scribe, all)
          const first = await revertOf(scribe, 'sesn_agent')
          const contents = await scribe.contents()
          const second = await revertOf(scribe, 'sesn_agent')
          expect(second.changes).toEqual([])
          expect(second.seq).toBe(first.seq)
          expect(await scribe.contents()).toEqual(contents)
        }),
        runs,
      )
    })

    test('is complete from where retention came to, and never wrong above it', async () => {
      await fc.assert(
        fc.asyncProperty(deeds, deeds, async (early, late) => {
          const clock = handClock()
          const retention = { keepMs: dayMs, recentVersions: 1 }
          await using opened = await given.open({ retention, clock: clock.read })
          const scribe = await newScribe(opened.storage)
          const past = await play(scribe, early)
          clock.now += dayMs
          past.push(...(await play(scribe, late)))
          await opened.storage.sweep(signal)
          const { historyFrom, seq: newest } = await scribe.usage()
          for (const { seq, contents } of past.filter((one) => one.seq >= historyFrom)) {
            expect(await contentsAt(scribe, seq)).toEqual(contents)
          }
          const [old] = past
          const found = await opened.storage.view.history.moment(scribe.scope, { at: clock.now })
          expect(found).toMatchObject({ value: { moment: { seq: newest }, historyFrom } })
          expect(await findingsIn(opened.storage.guard.verify(signal))).toEqual([])
          if (old === undefined || old.seq >= historyFrom) return
          expect(await outcome(restoreTo(scribe, old.seq))).toBe('invalid')
        }),
        { numRuns: 4 },
      )
    })

    test('leaves out what was redacted, and nothing else', async () => {
      await fc.assert(
        fc.asyncProperty(deeds, fc.nat(), async (all, pick) => {
          const scribe = await newScribe(given.storage)
          const past = await play(scribe, all)
          const versions = await scribe.versions()
          const version = versions[pick % Math.max(1, versions.length)]
          if (version === undefined) return
          const place = version.path
          if ((await outcome(scribe.redact(version.id))) !== 'done') return
          const next = versions.findLast(
            (one) => one.memoryId === version.memoryId && one.seq > version.seq,
          )
          for (const { seq, contents } of past) {
            const isErased = seq >= version.seq && (next === undefined || seq < next.seq)
            const expected = { ...contents }
            const isLive = version.operation !== 'deleted'
            if (isErased && isLive && place !== undefined) delete expected[place]
            expect(await contentsAt(scribe, seq)).toEqual(expected)
          }
        }),
        runs,
      )
    })

    test('a clock that jumps back reorders nothing', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const scribe = await newScribe(opened.storage)
      const head = await scribe.create('/a', 'one')
      clock.now -= dayMs
      await scribe.update(head, { content: 'two' })
      const moment = async (at: number) => {
        const found = await opened.storage.view.history.moment(scribe.scope, { at })
        return found.found ? found.value.moment : undefined
      }
      expect(await moment(head.createdAt)).toEqual({ seq: 3, at: head.createdAt })
      expect((await moment(head.createdAt - 1))?.seq).toBe(0)
      clock.now += 2 * dayMs
      await scribe.update(head, { content: 'three' })
      expect((await moment(clock.now - 1))?.seq).toBe(3)
      expect((await moment(clock.now))?.seq).toBe(4)
    })

    test('a restore that breaks a limit changes nothing and says which', async () => {
      const limits = {
        storeMemoriesMax: 2,
        storeBytesMax: 100,
        storeVersionsMax: 7,
        workspaceStoresMax: 10,
      }
      await using opened = await given.open({ limits })
      const scribe = await newScribe(opened.storage)
      const [a, b] = await scribe.createAll('/a', '/b')
      if (a === undefined || b === undefined) throw new Error('both are made')
      await scribe.remove(a)
      await scribe.remove(b)
      await scribe.createAll('/c', '/d')
      const before = await scribe.contents()
      const revive = { type: 'memory', memoryId: scribe.idOf(a) } as const
      const to = { moment: { seq: 3 }, selection: revive }
      const full = undo(scribe, { type: 'restore', to })
      await expect(full).rejects.toMatchObject({ problem: { limit: 'memory_store_full' } })
      const whole = restoreTo(scribe, 3)
      await expect(whole).rejects.toMatchObject({ problem: { limit: 'memory_versions_exceeded' } })
      expect(await scribe.contents()).toEqual(before)
    })

    test('a memory is found as it was by a path it has left long ago', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'one')
      for (const path of ['/b', '/c', '/a', '/d']) await scribe.update(head, { path })
      const at = async (place: string, seq: number) => {
        const target = { path: parsePath(place) }
        const query = { target, seq, content: true }
        const found = await scribe.storage.view.history.memoryAsOf(scribe.scope, query)
        return found.found ? found.value.value.versionId : undefined
      }
      const [v2, v3, v4, v5, v6] = (await scribe.versions()).map(({ id }) => id).reverse()
      expect([await at('/a', 2), await at('/b', 3), await at('/c', 4)]).toEqual([v2, v3, v4])
      expect([await at('/a', 5), await at('/d', 6)]).toEqual([v5, v6])
      expect([await at('/a', 3), await at('/a', 6), await at('/d', 5)]).toEqual(Array(3))
    })

    test('a check finds nothing wrong with any of it', async () => {
      expect(await findingsIn(given.storage.guard.verify(signal))).toEqual([])
    })
  })
}
