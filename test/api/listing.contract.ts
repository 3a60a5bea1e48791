import { beforeEach, describe, expect, test } from 'vitest'
import type { Api, ListMemoriesInput } from '../../src/api.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { readVectors } from '../support/vectors.ts'
import { asMemory, collect, newTenant, outcome, pathsOf, type World } from '../support/world.ts'

/** In byte order; the last two are in another order as UTF-16. */
const paths = [
  '/Notes/x',
  '/a',
  '/a.md',
  '/notes-archive/x',
  '/notes.md',
  '/notes/a/deep/er',
  '/notes/a/deep.md',
  '/notes/b.md',
  '/notes0',
  '/z/\uffee',
  '/z/\u{1f600}',
].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

export function listingContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    const tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const fill = async (all: readonly string[]) => {
    for (const path of all.toReversed()) await api.createMemory({ storeId, path, content: path })
  }
  const list = async (query: Omit<ListMemoriesInput, 'storeId'> = {}) =>
    pathsOf((await api.listMemories({ storeId, ...query })).items)

  describe('the list of memories', () => {
    test('[R-7.4-1] is in byte order of the path', async () => {
      await fill(paths)
      expect(await list()).toEqual(paths)
      expect(await list({ depth: 0 })).toEqual(paths)
      expect(await list({ pathPrefix: '/z/' })).toEqual(['/z/\uffee', '/z/\u{1f600}'])
    })

    test('[R-7.4-2] [R-7.4-3] takes a prefix as whole segments and as it is spelled', async () => {
      const tricky = ['/50%/x', '/5_%/x', '/n*/x', '/n[a]/x', "/q'/x", '/back\\/x']
      await fill([...paths, ...tricky])
      expect(await list({ pathPrefix: '/notes/' })).toEqual([
        '/notes/a/deep.md',
        '/notes/a/deep/er',
        '/notes/b.md',
      ])
      expect(await list({ pathPrefix: '/Notes/' })).toEqual(['/Notes/x'])
      expect(await list({ pathPrefix: '/notes/a/deep/' })).toEqual(['/notes/a/deep/er'])
      expect(await list({ pathPrefix: '/a/' })).toEqual([])
      for (const path of tricky) {
        expect(await list({ pathPrefix: path.slice(0, -1) })).toEqual([path])
      }
      const { items } = await api.listMemories({ storeId, pathPrefix: '/', limit: 100 })
      expect(items).toHaveLength(paths.length + tricky.length)
      expect(await list({ pathPrefix: '', limit: 100 })).toHaveLength(items.length)
    })

    test('[R-7.4-3] refuses a malformed prefix, and matches nothing with an odd one', async () => {
      await fill(['/caf\u00e9/x'])
      const { valid, invalid } = readVectors('prefixes.json')
      for (const { text, why } of invalid) {
        if (typeof text !== 'string' || text === '') continue
        expect(await outcome(list({ pathPrefix: text })), why).toBe('invalid')
      }
      for (const { text, why } of valid) {
        // A NUL cannot be in a query; every other text can.
        expect(await list({ pathPrefix: String(text) }), why).toHaveLength(text === '/' ? 1 : 0)
      }
    })

    test('[R-7.4-4] [R-7.1-4] [R-7.4-5] of depth 1 rolls up what lies deeper', async () => {
      await fill(paths)
      expect(await list({ depth: 1 })).toEqual([
        '/Notes/',
        '/a',
        '/a.md',
        '/notes-archive/',
        '/notes.md',
        '/notes/',
        '/notes0',
        '/z/',
      ])
      expect(await list({ depth: 1, pathPrefix: '/notes/' })).toEqual(['/notes/a/', '/notes/b.md'])
      const { items } = await api.listMemories({ storeId, depth: 1, pathPrefix: '/notes/' })
      expect(items[0]).toEqual({ prefix: '/notes/a/' })
    })

    test.each([2, -1, 1.5])('[R-7.4-4] refuses a depth of %s', async (depth) => {
      expect(await outcome(list({ depth }))).toBe('invalid')
    })

    test('[R-7.4-5] names a directory once, whatever the pages', async () => {
      const many = ['/a/1', '/a/2', '/a/3', '/a.md', '/b/1', '/b/2', '/c']
      await fill(many)
      const whole = await list({ depth: 1 })
      expect(whole).toEqual(['/a.md', '/a/', '/b/', '/c'])
      for (const limit of [1, 2, 3]) {
        const all = await collect((page) => api.listMemories({ storeId, depth: 1, limit, page }))
        expect(pathsOf(all)).toEqual(whole)
      }
    })

    test('[R-7.4-5] forgets a directory with the last memory in it', async () => {
      const memory = await api.createMemory({ storeId, path: '/a/b', content: '' })
      expect(await list({ depth: 1 })).toEqual(['/a/'])
      await api.deleteMemory({ storeId, memoryId: memory.id })
      expect(await list({ depth: 1 })).toEqual([])
    })

    test('[R-4.5-1] [R-4.2-1] is the same whole in pages of any size', async () => {
      await fill(paths)
      for (const limit of [1, 2, 5, 10, 11, 100]) {
        const all = await collect((page) => api.listMemories({ storeId, limit, page }))
        expect(pathsOf(all)).toEqual(paths)
      }
      expect((await api.listMemories({ storeId, limit: 11 })).nextPage).toBeUndefined()
    })

    test('[R-4.5-1] [R-4.3-4] neither repeats nor skips while others come and go', async () => {
      const even = Array.from(
        { length: 12 },
        (_, index) => `/m${String(index * 2).padStart(2, '0')}`,
      )
      await fill(even)
      const seen: string[] = []
      let page: string | undefined
      for (let step = 0; ; step += 1) {
        const found = await api.listMemories({ storeId, limit: 3, page })
        seen.push(...pathsOf(found.items))
        if (found.nextPage === undefined) break
        page = found.nextPage
        // The last one given out goes away, one before and one behind it arrive.
        const last = asMemory(found.items.at(-1))
        await api.deleteMemory({ storeId, memoryId: last.id })
        await api.createMemory({ storeId, path: `/a${step}`, content: '' })
        await api.createMemory({ storeId, path: `/z${step}`, content: '' })
      }
      expect(seen.filter((path) => path.startsWith('/m'))).toEqual(even)
    })

    test('[R-5-2] [R-4.2-2] has content on request, and then at most 20', async () => {
      const many = Array.from({ length: 25 }, (_, index) => `/f${String(index).padStart(2, '0')}`)
      await fill(many)
      const basic = await api.listMemories({ storeId, limit: 100 })
      expect(basic.items).toHaveLength(25)
      expect(basic.items.map((item) => asMemory(item).content)).toEqual(many.map(() => undefined))
      const full = await api.listMemories({ storeId, limit: 100, view: 'full' })
      expect(full.items.map((item) => asMemory(item).content)).toEqual(many.slice(0, 20))
      const rest = await api.listMemories({ storeId, view: 'full', page: full.nextPage })
      expect(rest.items).toHaveLength(5)
      expect((await api.listMemories({ storeId })).items).toHaveLength(20)
    })

    test('[R-4.3-3] keeps a cursor to its prefix and depth, and to nothing else', async () => {
      await fill(['/a/1', '/a/2', '/a/3'])
      const query = { storeId, pathPrefix: '/a/', limit: 1 }
      const { nextPage: page } = await api.listMemories(query)
      const others = [
        { storeId, page },
        { storeId, page, pathPrefix: '/b/' },
        { storeId, page, pathPrefix: '/a/', depth: 1 },
      ]
      for (const other of others) expect(await outcome(api.listMemories(other))).toBe('invalid')
      const on = await api.listMemories({ ...query, page, limit: 2, view: 'full' })
      expect(pathsOf(on.items)).toEqual(['/a/2', '/a/3'])
      const flat = await api.listMemories({ ...query, page, depth: 0 })
      expect(pathsOf(flat.items)).toEqual(['/a/2'])
    })

    test('[R-4.3-2] refuses a cursor of another store, and one of versions', async () => {
      await fill(['/a', '/b'])
      const { id: other } = await api.createStore({ name: 'y' })
      const { nextPage } = await api.listMemories({ storeId, limit: 1 })
      expect(await outcome(api.listMemories({ storeId: other, page: nextPage }))).toBe('invalid')
      const versions = await api.listVersions({ storeId, limit: 1 })
      expect(await outcome(list({ page: versions.nextPage }))).toBe('invalid')
      expect(await outcome(api.listVersions({ storeId, page: nextPage }))).toBe('invalid')
    })

    test.each([0, 101])('[R-4.2-1] refuses a limit of %s', async (limit) => {
      expect(await outcome(list({ limit }))).toBe('invalid')
      expect(await outcome(list({ limit, view: 'full' }))).toBe('invalid')
      expect(await outcome(api.listVersions({ storeId, limit }))).toBe('invalid')
    })

    test('[R-4.1-1] of an empty store is empty', async () => {
      expect(await api.listMemories({ storeId })).toEqual({ items: [], nextPage: undefined })
      expect(await api.listVersions({ storeId })).toEqual({ items: [], nextPage: undefined })
    })

    test('[R-7.4-1] tells memories from directories', async () => {
      await fill(['/a', '/b/c'])
      const { items } = await api.listMemories({ storeId, depth: 1 })
      expect(items.map(isDirectory)).toEqual([false, true])
    })
  })
}
