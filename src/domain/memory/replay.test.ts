// Laws of whole histories: random commands, decided one after another on what the ones before left.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createMemory,
  deleteMemory,
  facts,
  moveTree,
  updateMemory,
} from '../../../test/support/facts.ts'
import { Model } from '../../../test/support/model.ts'
import { defaultRetention } from '../limits.ts'
import type { MemoryCommand } from './command.ts'
import { parseContent } from './content.ts'
import { decideCreate, decideUpdate, type VersionWrite } from './decide.ts'
import { headAfter, headBefore } from './decide.ts'
import type { Head } from './memory.ts'
import { overlaps, parsePath } from './path.ts'
import { isPurgeable } from './retention.ts'

const path = fc
  .array(fc.constantFrom('a', 'b', 'a.', 'ab'), { minLength: 1, maxLength: 3 })
  .map((segments) => `/${segments.join('/')}`)
const directory = fc.oneof(
  fc.constant('/'),
  path.map((text) => `${text}/`),
)
const text = fc.constantFrom('', 'x', 'y', 'longer')
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

const command: fc.Arbitrary<MemoryCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(path, text).map(([at, content]) => createMemory(at, content)) },
  {
    weight: 4,
    arbitrary: fc
      .record({ at: path, path: maybe(path), content: maybe(text), expected: maybe(text) })
      .map(({ at, ...wanted }) => ({ ...updateMemory(wanted), target: { path: parsePath(at) } })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ at: path, expected: maybe(text) }).map(({ at, expected }) => ({
      ...deleteMemory(expected === undefined ? undefined : parseContent(expected).sha256),
      target: { path: parsePath(at) },
    })),
  },
  { weight: 1, arbitrary: fc.tuple(directory, directory).map(([a, b]) => moveTree(a, b)) },
)
const commands = fc.array(command, { minLength: 1, maxLength: 60 })

function run(all: readonly MemoryCommand[]): Model {
  const model = new Model()
  for (const one of all) model.apply(one)
  return model
}

/** The live memories that a history leaves, knowing nothing but its versions. */
function replay(history: readonly VersionWrite[]): Head[] {
  const heads = new Map<number, Head>()
  for (const write of history) {
    if (write.kind === 'deleted') heads.delete(write.before.firstSeq)
    else heads.set(write.after.firstSeq, write.after)
  }
  return [...heads.values()]
}

test('the commands of these tests change, refuse and leave alone, so that the laws are not empty', () => {
  const [sample = []] = fc.sample(fc.array(command, { minLength: 400, maxLength: 400 }), {
    numRuns: 1,
    seed: 7,
  })
  const model = new Model()
  const seen = new Map<string, number>()
  for (const one of sample) {
    const result = model.apply(one)
    const outcome = 'refused' in result ? result.refused.code : `${result.writes.length > 0}`
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
  }
  const outcomes = ['true', 'false', 'invalid', 'not_found', 'path_conflict', 'precondition_failed']
  expect([...seen.keys()].toSorted()).toEqual(outcomes.toSorted())
})

test('[R-8.1-2] replaying the versions of a store yields its live memories', () => {
  fc.assert(
    fc.property(commands, (all) => {
      const model = run(all)
      const byFirst = (a: Head, b: Head) => a.firstSeq - b.firstSeq
      expect(replay(model.history).sort(byFirst)).toEqual(model.live.sort(byFirst))
    }),
  )
})

test('[R-9.2-6] no two live memories ever overlap', () => {
  fc.assert(
    fc.property(commands, (all) => {
      const paths = run(all).live.map((head) => head.path)
      for (const [index, a] of paths.entries()) {
        for (const b of paths.slice(index + 1)) expect(overlaps(a, b), `${a} ${b}`).toBe(false)
      }
    }),
  )
})

test('[R-own-2] versions are numbered densely, in the order of writing', () => {
  fc.assert(
    fc.property(commands, (all) => {
      const numbers = run(all).history.map((write) =>
        write.kind === 'deleted' ? write.seq : write.after.headSeq,
      )
      expect(numbers).toEqual(numbers.map((_seq, index) => index + 1))
    }),
  )
})

test('[R-7.5-5] [R-8.1-2] every version but a deletion differs from the one before it', () => {
  fc.assert(
    fc.property(commands, (all) => {
      for (const write of run(all).history) {
        if (write.kind !== 'modified') continue
        const { before, after } = write
        expect(after.path !== before.path || after.sha256 !== before.sha256).toBe(true)
        expect(write.content?.sha256 ?? before.sha256).toBe(after.sha256)
        expect(after).toMatchObject({ firstSeq: before.firstSeq, createdAt: before.createdAt })
      }
    }),
  )
})

test('[R-2.7-2] a write that is sent again writes nothing again', () => {
  fc.assert(
    fc.property(commands, command, (all, last) => {
      fc.pre(last.type === 'update_memory' && last.path === undefined)
      const model = run(all)
      const first = model.apply(last)
      const again = model.apply(last)
      if ('refused' in first) expect(again).toEqual(first)
      // What did not assert a content keeps asserting the same hash of the same content.
      else expect(again).toEqual({ writes: [] })
    }),
  )
})

test('[R-7.5-11] of many writers who read the same state one wins and the others hear it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 32 }), (writers) => {
      const model = new Model()
      model.apply(createMemory('/a', 'start'))
      const results = Array.from({ length: writers }, (_, writer) => {
        const update = updateMemory({ content: `writer ${writer}`, expected: 'start' })
        return model.apply({ ...update, target: { path: parsePath('/a') } })
      })
      const codes = results.map((result) => ('refused' in result ? result.refused.code : 'won'))
      expect(codes).toEqual(['won', ...Array(writers - 1).fill('precondition_failed')])
    }),
  )
})

test('[R-10-2] bytes are those of the live memories', () => {
  fc.assert(
    fc.property(commands, (all) => {
      const model = run(all)
      const grown = model.history.reduce((sum, write) => {
        const [before, after] = [headBefore(write), headAfter(write)]
        return sum + (after?.sizeBytes ?? 0) - (before?.sizeBytes ?? 0)
      }, 0)
      expect(grown).toBe(model.bytes)
    }),
  )
})

test('a decision depends on its facts alone: the same ones decide the same again', () => {
  const given = { ...facts(), blocker: undefined }
  const create = createMemory('/a', 'x')
  expect(decideCreate(given, create)).toEqual(decideCreate(structuredClone(given), create))
  const update = updateMemory({ content: 'y' })
  const clone = structuredClone(update)
  const updating = { ...given, memory: undefined }
  expect(decideUpdate(updating, clone)).toEqual(decideUpdate(updating, update))
})

test('[R-8.6-1] the material to undo a live memory ten times is never let go', () => {
  const ages = Array.from({ length: 40 }, (_, newer) => newer)
  const kept = ages.filter(
    (newer) =>
      !isPurgeable(
        { newer, supersededAt: newer === 0 ? undefined : 0, deletedAt: undefined },
        defaultRetention,
        Number.MAX_SAFE_INTEGER,
      ),
  )
  expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})
