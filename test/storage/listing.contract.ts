import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeStoreId, makeWorkspaceId } from '../../src/domain/ids.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { root } from '../../src/domain/memory/path.ts'
import { compareBytes } from '../../src/domain/text.ts'
import { newScribe, type Scribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'

interface Listing {
  readonly prefix: string
  readonly depth: 0 | 1
}

/** A whole listing in pages of `limit`, each starting after the last item of the one before. */
async function inPages(scribe: Scribe, listing: Listing, limit: number): Promise<string[]> {
  const all: string[] = []
  for (let after: string | undefined; ;) {
    const page = await scribe.paths({ ...listing, limit, after })
    all.push(...page)
    if (page.length < limit) return all
    after = page.at(-1)
  }
}

/** What a listing has to show, worked out from all paths. */
function expected(paths: readonly string[], { prefix, depth }: Listing): string[] {
  const below = paths.filter((path) => path.startsWith(prefix))
  const shown = below.map((path) => {
    const slash = depth === 0 ? -1 : path.indexOf('/', prefix.length)
    return slash === -1 ? path : path.slice(0, slash + 1)
  })
  return [...new Set(shown)].sort(compareBytes)
}

export function listingContract(given: Given): void {
  describe('listing', () => {
    const traps = [
      '/a /b/c /b/c.md /b/c0 /b-/x /b.md /b0/x /B/c /c/d/e/f /c/d/e/g /c/d.md /c/dd/e'.split(' '),
      '/%/x /_/x /*/x /~/z /é/a /z /"/\\ /\'/x /deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14'.split(' '),
      ['/b c/d', '/\u{1F600}', '/\u{1F600}x/y', '/\uFB03', '/\uFFFD/a', '/\u{10FFFD}/a'],
    ].flat()
    const prefixes = ['/', '/b/', '/c/', '/c/d/', '/é/', '/\u{1F600}x/', '/%/', '/none/', '/a/']

    test('is in the order of UTF-8 bytes, for every prefix and depth, in pages of every size', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.batch(...traps.map((path) => scribe.createCommand(path, path)))
      for (const prefix of prefixes) {
        for (const depth of [0, 1] as const) {
          const whole = expected(traps, { prefix, depth })
          expect(await scribe.paths({ prefix, depth })).toEqual(whole)
          for (const limit of [1, 2, 3, 7]) {
            expect(await inPages(scribe, { prefix, depth }, limit)).toEqual(whole)
          }
        }
      }
    })

    test('of any tree shows each directory once', async () => {
      const segment = fc.constantFrom(
        'a',
        'b',
        'a.md',
        'a-b',
        'a0',
        'é',
        '\u{1F600}',
        '\uFFFD',
        '!',
      )
      const path = fc
        .array(segment, { minLength: 1, maxLength: 4 })
        .map((segments) => `/${segments.join('/')}`)
      const trees = fc.uniqueArray(path, { maxLength: 25 }).map(withoutOverlaps)
      const property = fc.asyncProperty(
        trees,
        fc.constantFrom('/', '/a/', '/b/a/', '/é/'),
        fc.integer({ min: 1, max: 5 }),
        async (paths, prefix, limit) => {
          const scribe = await newScribe(given.storage)
          await scribe.batch(...paths.map((wanted) => scribe.createCommand(wanted, 'x')))
          for (const depth of [0, 1] as const) {
            const whole = expected(paths, { prefix, depth })
            expect(await inPages(scribe, { prefix, depth }, limit)).toEqual(whole)
          }
        },
      )
      await fc.assert(property, { numRuns: 25 })
    })

    test('below a prefix that no path can have is empty', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.createAll('/a', '/b/c')
      for (const prefix of ['/\0/', '/b\0/', '/\u0001/', '/e\u0301/', '//', '/../']) {
        for (const depth of [0, 1] as const)
          expect(await scribe.paths({ prefix, depth })).toEqual([])
        expect(await scribe.changes({ prefix })).toEqual([])
      }
    })

    test('gives content where it is asked for, and none otherwise', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a/b', 'first')
      await scribe.update(head, { content: 'second' })
      await scribe.createAll('/c')
      const full = await scribe.list({ content: true })
      expect(full).toEqual([await scribe.memory(head), await scribe.memory({ path: '/c' })])
      const basic = await scribe.list()
      expect(basic.map((item) => !isDirectory(item) && item.content)).toEqual([
        undefined,
        undefined,
      ])
      const children = await scribe.list({ depth: 1, content: true })
      expect(children).toEqual([{ prefix: '/a/' }, await scribe.memory({ path: '/c' })])
    })

    test('goes on behind what was deleted meanwhile', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.createAll('/a', '/b/1', '/b/2', '/c', '/d')
      await scribe.remove({ path: '/c' })
      expect(await scribe.paths({ after: '/c' })).toEqual(['/d'])
      await scribe.move('/b/', '/e/')
      expect(await scribe.paths({ depth: 1, after: '/b/' })).toEqual(['/d', '/e/'])
      expect(await scribe.paths({ depth: 1, after: '/zz' })).toEqual([])
    })

    test('of an empty store is empty, of a missing one is missing', async () => {
      const scribe = await newScribe(given.storage)
      expect(await scribe.list()).toEqual([])
      expect(await scribe.list({ depth: 1 })).toEqual([])
      const { workspaceId, storeId } = scribe.scope
      const absent = [
        { workspaceId, storeId: makeStoreId(1) },
        { workspaceId: makeWorkspaceId(1), storeId },
        { workspaceId, storeId: '' as typeof storeId },
        { workspaceId, storeId: `${storeId}\0` as typeof storeId },
        { workspaceId: '\uD800' as typeof workspaceId, storeId },
      ]
      for (const scope of absent) {
        for (const depth of [0, 1] as const) {
          const query = { prefix: root, depth, after: undefined, limit: 5, content: false }
          const found = await given.storage.view.memories(scope, query)
          expect(found).toEqual({ found: false, missing: 'store' })
        }
      }
    })
  })
}

function withoutOverlaps(paths: readonly string[]): string[] {
  const kept: string[] = []
  for (const path of paths) {
    const overlaps = kept.some(
      (other) => path.startsWith(`${other}/`) || other.startsWith(`${path}/`),
    )
    if (!overlaps) kept.push(path)
  }
  return kept
}
