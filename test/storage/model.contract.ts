// Any sequence of commands leaves a storage as it leaves a plain map of paths to texts.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContent } from '../../src/domain/memory/content.ts'
import { parsePath, overlaps, type Path } from '../../src/domain/memory/path.ts'
import { newScribe, type Scribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

type Step =
  | { readonly act: 'create'; readonly path: string; readonly text: string }
  | {
      readonly act: 'write'
      readonly path: string
      readonly text: string
      readonly expected?: string
    }
  | { readonly act: 'rename'; readonly path: string; readonly to: string }
  | { readonly act: 'delete'; readonly path: string; readonly expected?: string }
  | { readonly act: 'move'; readonly from: string; readonly to: string }

const segments = ['a', 'b', 'a.', '\u{1F600}']
const path = fc
  .array(fc.constantFrom(...segments), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`)
const directory = fc
  .array(fc.constantFrom(...segments), { maxLength: 2 })
  .map((parts) => (parts.length === 0 ? '/' : `/${parts.join('/')}/`))
const text = fc.constantFrom('', 'x', 'yy', '\0')
const maybeText = fc.option(text, { nil: undefined })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('create' as const), path, text }) },
  {
    weight: 3,
    arbitrary: fc
      .record({ act: fc.constant('write' as const), path, text, expected: maybeText })
      .map(withoutUndefined),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('rename' as const), path, to: path }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ act: fc.constant('delete' as const), path, expected: maybeText })
      .map(withoutUndefined),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('move' as const), from: directory, to: directory }),
  },
)

/** A field that is not given is not there, as exact optional types have it. */
function withoutUndefined<Value extends { expected?: string | undefined }>({
  expected,
  ...rest
}: Value): Omit<Value, 'expected'> & { expected?: string } {
  return expected === undefined ? rest : { ...rest, expected }
}

/** The rules once more, in the plainest words. */
class PlainStore {
  live = new Map<string, string>()
  versions = 0

  /** @returns the code that a storage has to answer with */
  apply(wish: Step): string {
    switch (wish.act) {
      case 'create':
        if (this.#isBlocked(wish.path, [])) return 'path_conflict'
        return this.#write(wish.path, wish.text)
      case 'write':
        return this.#rewrite(wish.path, wish.text, wish.expected)
      case 'rename': {
        const current = this.live.get(wish.path)
        if (current === undefined) return 'not_found'
        if (wish.to === wish.path) return 'done'
        if (this.#isBlocked(wish.to, [wish.path])) return 'path_conflict'
        this.live.delete(wish.path)
        return this.#write(wish.to, current)
      }
      case 'delete': {
        const current = this.live.get(wish.path)
        if (current === undefined) return 'not_found'
        if (wish.expected !== undefined && wish.expected !== current) return 'precondition_failed'
        this.live.delete(wish.path)
        this.versions += 1
        return 'done'
      }
      case 'move':
        return this.#move(wish.from, wish.to)
    }
  }

  #rewrite(at: string, wanted: string, expected: string | undefined): string {
    const current = this.live.get(at)
    if (current === undefined) return 'not_found'
    if (current === wanted) return 'done'
    if (expected !== undefined && expected !== current) return 'precondition_failed'
    return this.#write(at, wanted)
  }

  #move(from: string, to: string): string {
    const moving = [...this.live.keys()].filter((stored) => stored.startsWith(from))
    if (moving.length === 0) return 'not_found'
    if (from === to) return 'done'
    const moved = moving.map((stored) => [stored, to + stored.slice(from.length)] as const)
    if (moved.some(([, target]) => this.#isBlocked(target, moving))) return 'path_conflict'
    const texts = moved.map(([stored, target]) => [target, this.live.get(stored) ?? ''] as const)
    for (const stored of moving) this.live.delete(stored)
    for (const [target, content] of texts) this.#write(target, content)
    return 'done'
  }

  #isBlocked(wanted: string, except: readonly string[]): boolean {
    return [...this.live.keys()].some(
      (stored) => !except.includes(stored) && overlaps(stored as Path, wanted as Path),
    )
  }

  #write(at: string, content: string): string {
    this.live.set(at, content)
    this.versions += 1
    return 'done'
  }
}

function commandOf(scribe: Scribe, wish: Step) {
  const shaOf = (content?: string) => content && parseContent(content).sha256
  switch (wish.act) {
    case 'create':
      return scribe.createCommand(wish.path, wish.text)
    case 'write': {
      const expected = wish.expected === undefined ? undefined : parseContent(wish.expected).sha256
      const precondition = expected === undefined ? {} : { expected }
      return scribe.updateCommand({ path: wish.path }, { content: wish.text, ...precondition })
    }
    case 'rename':
      return scribe.updateCommand({ path: wish.path }, { path: wish.to })
    case 'delete': {
      const expected = wish.expected === '' ? parseContent('').sha256 : shaOf(wish.expected)
      return scribe.deleteCommand({ path: wish.path }, expected)
    }
    case 'move':
      return scribe.moveCommand(wish.from, wish.to)
  }
}

async function expectSame(scribe: Scribe, plain: PlainStore): Promise<void> {
  expect(await scribe.contents()).toEqual(Object.fromEntries(plain.live))
  const sizes = [...plain.live.values()].map((content) => Buffer.byteLength(content))
  expect(await scribe.usage()).toMatchObject({
    seq: plain.versions + 1,
    memories: plain.live.size,
    versions: plain.versions,
    contentBytes: sizes.reduce((sum, size) => sum + size, 0),
  })
}

/** What holds in every store, whatever happened to it. */
async function expectSound(scribe: Scribe): Promise<void> {
  const items = await scribe.list({ content: true })
  const live = items
    .map((item) => ('path' in item ? item : undefined))
    .filter((item) => item !== undefined)
  for (const [index, memory] of live.entries()) {
    for (const other of live.slice(index + 1)) expect(overlaps(memory.path, other.path)).toBe(false)
    const [newest] = await scribe.versions({ memoryId: memory.id, limit: 1 })
    expect(newest).toMatchObject({
      id: memory.versionId,
      path: memory.path,
      content: memory.content,
      sha256: memory.sha256,
      sizeBytes: memory.sizeBytes,
      createdAt: memory.updatedAt,
    })
  }
  const oldestFirst = (await scribe.versions()).reverse()
  const replayed = new Map<
    string,
    readonly [path: string | undefined, content: string | undefined]
  >()
  for (const version of oldestFirst) {
    if (version.operation === 'deleted') replayed.delete(version.memoryId)
    else replayed.set(version.memoryId, [version.path, version.content])
  }
  const heads = new Map(
    live.map(({ id, path: at, content }) => [id as string, [at, content] as const]),
  )
  expect(replayed).toEqual(heads)
  const changes = await scribe.changes()
  expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => index + 1))
}

export function modelContract(given: Given): void {
  describe('any sequence of commands', () => {
    test('one by one agrees with a plain map', async () => {
      const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const scribe = await newScribe(given.storage)
        const plain = new PlainStore()
        for (const wish of steps) {
          const code = await outcome(given.storage.commit(commandOf(scribe, wish)))
          expect(code, JSON.stringify(wish)).toBe(plain.apply(wish))
        }
        await expectSame(scribe, plain)
        await expectSound(scribe)
      })
      await fc.assert(property, { numRuns: 40 })
    })

    test('in batches agrees with a plain map, all or nothing', async () => {
      const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { maxLength: 6 })
      const property = fc.asyncProperty(batches, async (all) => {
        const scribe = await newScribe(given.storage)
        let plain = new PlainStore()
        for (const steps of all) {
          const attempt = new PlainStore()
          attempt.live = new Map(plain.live)
          attempt.versions = plain.versions
          const codes = steps.map((wish) => attempt.apply(wish))
          const expected = codes.find((code) => code !== 'done') ?? 'done'
          const commands = steps.map((wish) => commandOf(scribe, wish))
          expect(await outcome(scribe.batch(...commands))).toBe(expected)
          if (expected === 'done') plain = attempt
        }
        await expectSame(scribe, plain)
        await expectSound(scribe)
      })
      await fc.assert(property, { numRuns: 40 })
    })

    test('all at once leaves a sound store and counts what is there', async () => {
      const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const scribe = await newScribe(given.storage)
        const commands = steps.map((wish) => commandOf(scribe, wish))
        const codes = await Promise.all(
          commands.map((command) => outcome(given.storage.commit(command))),
        )
        expect(codes).not.toContain('conflict')
        await expectSound(scribe)
        const live = Object.values(await scribe.contents())
        const bytes = live.map((content) => Buffer.byteLength(content ?? ''))
        expect(await scribe.usage()).toMatchObject({
          memories: live.length,
          contentBytes: bytes.reduce((sum, size) => sum + size, 0),
          versions: (await scribe.versions()).length,
        })
      })
      await fc.assert(property, { numRuns: 30 })
    })
  })

  test('every path of the model is valid', () => {
    fc.assert(fc.property(path, (wanted) => parsePath(wanted) === wanted))
  })
}
