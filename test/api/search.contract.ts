import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { matchSearch } from '../../src/domain/memory/search-match.ts'
import { parseSearchQuery } from '../../src/domain/memory/search-query.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { collect, newTenant, refusal, type Tenant, type World } from '../support/world.ts'

export function searchContract(given: { readonly world: World }): void {
  let tenant: Tenant
  let api: Api
  let storeId: string

  beforeEach(async () => {
    tenant = await newTenant(given.world)
    ;({ api } = tenant)
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, content: string) => api.createMemory({ storeId, path, content })
  const found = async (query: string, more: object = {}) =>
    (await api.searchStore({ storeId, query, ...more })).items.map(({ path }) => path)
  const lines = async (pattern: string, more: object = {}) =>
    (await api.grepStore({ storeId, pattern, ...more })).items.map(
      ({ path, line }) => `${path}:${line.number}:${line.text}`,
    )

  describe('search', () => {
    test('[R-own-6] finds a finished write at once, and what it replaced no more', async () => {
      const memory = await create('/a', 'the budget of spring')
      expect(await found('budget')).toEqual(['/a'])
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'the plan of spring' })
      expect(await found('budget')).toEqual([])
      expect(await found('plan')).toEqual(['/a'])
      await api.updateMemory({ storeId, memoryId: memory.id, path: '/b' })
      expect(await found('plan')).toEqual(['/b'])
      await api.deleteMemory({ storeId, memoryId: memory.id })
      expect(await found('plan')).toEqual([])
    })

    test('[R-own-7] knows words, phrases, prefixes and what must not be there', async () => {
      await create('/a', 'Café au lait, naïve résumé')
      await create('/b', 'cafe solo')
      await create('/c', 'user@example.com wrote snake_case')
      await create('/d', '東京都は日本の首都です')
      expect(await found('CAFE')).toEqual(['/b', '/a'])
      expect(await found('"au lait"')).toEqual(['/a'])
      expect(await found('"lait au"')).toEqual([])
      expect(await found('res*')).toEqual(['/a'])
      expect(await found('resu')).toEqual([])
      expect(await found('cafe -solo')).toEqual(['/a'])
      expect(await found('cafe -"au lait"')).toEqual(['/b'])
      expect(await found('snake_case user@example.com')).toEqual(['/c'])
      expect(await found('京都')).toEqual(['/d'])
      expect(await found('都京')).toEqual([])
    })

    test('shows where, by whom and when', async () => {
      const memory = await create('/notes/a', 'one\ntwo 😀 budget here\nthree')
      const { items } = await api.searchStore({ storeId, query: 'budget' })
      const [version] = (await api.listVersions({ storeId })).items
      expect(items).toEqual([
        {
          storeId,
          memoryId: memory.id,
          versionId: memory.versionId,
          path: '/notes/a',
          actor: version?.createdBy,
          updatedAt: memory.updatedAt,
          snippet: {
            text: 'one\ntwo 😀 budget here\nthree',
            line: 2,
            ranges: [{ start: 10, end: 16 }],
          },
        },
      ])
    })

    test('is narrowed by path, actor and time', async () => {
      const first = await create('/a/x', 'word')
      const second = await create('/b/x', 'word')
      const other = await tenant.as('read_write')
      await other.updateMemory({ storeId, memoryId: second.id, content: 'word again' })
      const [newest] = (await api.listVersions({ storeId, limit: 1 })).items
      expect(await found('word', { pathPrefix: '/a/' })).toEqual(['/a/x'])
      expect(await found('word', { actor: newest?.createdBy })).toEqual(['/b/x'])
      expect(await found('word', { actor: 'apikey_nobody' })).toEqual([])
      expect(await found('word', { updatedTo: first.updatedAt - 1 })).toEqual([])
      expect(await found('word', { updatedFrom: first.updatedAt })).toHaveLength(2)
    })

    test('comes in pages, those that changed last first', async () => {
      for (let index = 0; index < 25; index += 1) await create(`/m${index}`, `word ${index}`)
      const all = await collect((page) =>
        api.searchStore({ storeId, query: 'word', limit: 10, page }),
      )
      expect(all.map(({ path }) => path)).toEqual(
        Array.from({ length: 25 }, (_, index) => `/m${24 - index}`),
      )
      const { nextPage } = await api.searchStore({ storeId, query: 'word', limit: 10 })
      const problem = await refusal(api.searchStore({ storeId, query: 'other', page: nextPage }))
      expect(problem).toMatchObject({ code: 'invalid', message: expect.stringMatching(/^page: /) })
    })

    test('[R-own-8] goes through every store of the workspace, archived ones, and none that is gone', async () => {
      await create('/a', 'word')
      const archived = await api.createStore({ name: 'archived' })
      await api.createMemory({ storeId: archived.id, path: '/b', content: 'word' })
      await api.archiveStore({ storeId: archived.id })
      const gone = await api.createStore({ name: 'gone' })
      await api.createMemory({ storeId: gone.id, path: '/c', content: 'word' })
      expect((await api.searchWorkspace({ query: 'word' })).items).toHaveLength(3)
      await api.deleteStore({ storeId: gone.id })
      const { items } = await api.searchWorkspace({ query: 'word' })
      expect(items.map((hit) => hit.path)).toEqual(['/b', '/a'])
      const lineHits = (await api.grepWorkspace({ pattern: 'w.rd' })).items
      expect(lineHits.map((hit) => hit.path).toSorted()).toEqual(['/a', '/b'])
      const missing = await refusal(api.searchStore({ storeId: gone.id, query: 'word' }))
      expect(missing).toMatchObject({ code: 'not_found', message: 'memory store not found' })
    })

    test.each([
      [undefined, 'text'],
      ['', 'text|word'],
      ['   ', 'word'],
      ['-', 'letters'],
      ['-not', 'without "-"'],
      ['"open', 'not closed'],
      ['""', 'letters'],
      ['!!!', 'letters'],
      ['*', 'letters'],
      ['a*b', 'end of a word'],
      ['a'.repeat(1_001), '1000 characters|1,000 characters'],
      [Array.from({ length: 33 }, (_, index) => `w${index}`).join(' '), '32 words'],
    ])('[R-own-7] refuses the query %j and says why', async (query, why) => {
      const problem = await refusal(api.searchStore({ storeId, query }))
      expect(problem.code).toBe('invalid')
      expect(problem.message).toMatch(new RegExp(`^query: .*(${why})`))
    })

    test('takes every other text as it is, whatever an engine would read into it', async () => {
      await create('/a', 'near or not and content: null; drop table')
      for (const query of [
        "NEAR('x",
        'a OR b',
        'content:near',
        "'; DROP TABLE memories",
        '(a',
        'a^2',
      ]) {
        await api.searchStore({ storeId, query })
      }
      expect(await found("'; DROP TABLE")).toEqual(['/a'])
      expect(await found('content:null')).toEqual(['/a'])
      expect(await found('a'.repeat(1_000))).toEqual([])
    })

    test('[R-own-6] finds after any acknowledged writes exactly what a look at each memory finds', async () => {
      const words = ['red', 'green', 'blue', 'Über', '東京', 'redder']
      const step = fc.record({
        kind: fc.constantFrom('create', 'update', 'delete', 'move'),
        slot: fc.nat(7),
        text: fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((list) => list.join(' ')),
      })
      const queries = ['red', 'red*', '"red green"', 'blue -green', 'uber', '京', 'red* -東']
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
          async (rounds) => {
            const { id } = await api.createStore({ name: 'model' })
            for (const round of rounds) {
              // Those of one round race with each other and with searches.
              await Promise.all([
                ...round.map((one, index) => write(id, { ...one, index })),
                api.searchStore({ storeId: id, query: 'red' }),
              ])
              for (const query of queries)
                expect(await searched(id, query)).toEqual(await scanned(id, query))
            }
          },
        ),
        { numRuns: 6 },
      )
    })

    async function write(
      id: string,
      one: { kind: string; slot: number; text: string; index: number },
    ): Promise<void> {
      const { items } = await api.listMemories({ storeId: id, limit: 100 })
      const memory = items.flatMap((item) => (isDirectory(item) ? [] : [item]))[one.slot]
      const at = `/m${one.slot}-${one.index}-${Math.floor(Math.random() * 1e9)}`
      // What another one of the round did first may refuse it.
      const refused = () => undefined
      if (memory === undefined || one.kind === 'create') {
        await api.createMemory({ storeId: id, path: at, content: one.text }).catch(refused)
      } else if (one.kind === 'update') {
        const target = { storeId: id, memoryId: memory.id }
        await api.updateMemory({ ...target, content: one.text }).catch(refused)
      } else if (one.kind === 'move') {
        await api.updateMemory({ storeId: id, memoryId: memory.id, path: at }).catch(refused)
      } else {
        await api.deleteMemory({ storeId: id, memoryId: memory.id }).catch(refused)
      }
    }

    async function searched(id: string, query: string): Promise<string[]> {
      const hits = await collect((page) => api.searchStore({ storeId: id, query, limit: 3, page }))
      return hits.map(({ path }) => path).toSorted()
    }

    async function scanned(id: string, query: string): Promise<string[]> {
      const parsed = parseSearchQuery(query)
      const all = await collect((page) =>
        api.listMemories({ storeId: id, view: 'full', limit: 20, page }),
      )
      return all
        .flatMap((item) => (isDirectory(item) ? [] : [item]))
        .filter(({ content = '' }) => matchSearch(parsed, content) !== undefined)
        .map(({ path }) => path)
        .toSorted()
    }
  })

  describe('grep', () => {
    test('[R-own-6] finds lines with their numbers, at once after a write', async () => {
      await create('/b', 'one\ntwo\nthree\n')
      const memory = await create('/a', 'alpha\r\nbeta\r\n\r\nTWO')
      expect(await lines('t[wh]')).toEqual(['/b:2:two', '/b:3:three'])
      expect(await lines('tw', { ignoreCase: true })).toEqual(['/a:4:TWO', '/b:2:two'])
      expect(await lines('^$')).toEqual(['/a:3:'])
      expect(await lines('a$')).toEqual(['/a:1:alpha', '/a:2:beta'])
      expect(await lines('t.o', { fixedStrings: true })).toEqual([])
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'two.t.o' })
      expect(await lines('t.o', { fixedStrings: true })).toEqual(['/a:1:two.t.o'])
      expect(await lines('two', { pathPrefix: '/c/' })).toEqual([])
    })

    test('gives ranges, context and pages', async () => {
      const text = Array.from({ length: 30 }, (_, index) => `😀 line ${index + 1}`).join('\n')
      const memory = await create('/a', text)
      const { items } = await api.grepStore({ storeId, pattern: 'line 1$', context: 1 })
      expect(items).toEqual([
        {
          storeId,
          memoryId: memory.id,
          versionId: memory.versionId,
          path: '/a',
          line: {
            number: 1,
            text: '😀 line 1',
            offset: 0,
            isCut: false,
            ranges: [{ start: 2, end: 8 }],
            before: [],
            after: [{ number: 2, text: '😀 line 2', offset: 0, isCut: false }],
          },
        },
      ])
      await create('/b', 'line')
      const all = await collect((page) =>
        api.grepStore({ storeId, pattern: 'line', limit: 7, page }),
      )
      expect(all.map(({ line }) => line.number)).toEqual([
        ...Array.from({ length: 30 }, (_, index) => index + 1),
        1,
      ])
    })

    test.each([
      [{ pattern: undefined }, 'pattern'],
      [{ pattern: '' }, 'pattern'],
      [{ pattern: '(' }, 'pattern'],
      [{ pattern: 'a\nb' }, 'pattern'],
      [{ pattern: 'a'.repeat(1_001) }, 'pattern'],
      [{ pattern: 'a', context: 11 }, 'context'],
      [{ pattern: 'a', limit: 0 }, 'limit'],
      [{ pattern: 'a', limit: 1_001 }, 'limit'],
      [{ pattern: 'a', pathPrefix: '/x' }, 'path_prefix'],
    ])('refuses %j and names the field', async (input, field) => {
      const problem = await refusal(api.grepStore({ storeId, ...input }))
      expect(problem.code).toBe('invalid')
      expect(problem.message.split(': ')[0]).toBe(field)
    })

    test('[R-own-9] stops a pattern that runs away, and goes on for everybody', async () => {
      await create('/a', `${'a'.repeat(5_000)}!`)
      const runaway = refusal(api.grepStore({ storeId, pattern: '(a+)+$' }))
      const beside = newTenant(given.world).then(async (other) => {
        const { id } = await other.api.createStore({ name: 'y' })
        await other.api.createMemory({ storeId: id, path: '/b', content: 'word' })
        return other.api.grepStore({ storeId: id, pattern: 'w' })
      })
      expect((await runaway).message).toMatch(/^pattern: runs for more than/)
      expect((await beside).items).toHaveLength(1)
      expect(await lines('a!$')).toHaveLength(1)
      expect(await found('a*')).toHaveLength(1)
    })
  })
}
