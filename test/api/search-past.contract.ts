import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { matchSearch } from '../../src/domain/memory/search-match.ts'
import { parseSearchQuery } from '../../src/domain/memory/search-query.ts'
import { collect, newTenant, refusal, type Tenant, type World } from '../support/world.ts'

export function searchPastContract(given: { readonly world: World }): void {
  let tenant: Tenant
  let api: Api
  let storeId: string

  beforeEach(async () => {
    tenant = await newTenant(given.world)
    ;({ api } = tenant)
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: string, content: string) => api.createMemory({ storeId, path, content })
  const seqNow = async () => (await api.getUsage({ storeId })).seq
  const found = async (query: string, more: object = {}) =>
    (await api.searchStore({ storeId, query, ...more })).items.map(({ path }) => path)
  const lines = async (pattern: string, more: object = {}) =>
    (await api.grepStore({ storeId, pattern, ...more })).items.map(
      ({ path, line }) => `${path}:${line.number}:${line.text}`,
    )

  describe('search and grep as of a moment', () => {
    test('find what lived then, where it lived then, and nothing written since', async () => {
      const a = await create('/d/a', 'the budget of spring')
      const b = await create('/b', 'budget\ntoo')
      const seq = await seqNow()
      await api.updateMemory({ storeId, memoryId: a.id, content: 'the plan', path: '/e/a' })
      await api.deleteMemory({ storeId, memoryId: b.id })
      await create('/c', 'budget now')
      expect(await found('budget')).toEqual(['/c'])
      expect(await found('budget', { atSeq: seq })).toEqual(['/b', '/d/a'])
      expect(await found('budget', { atSeq: seq - 1 })).toEqual(['/d/a'])
      expect(await found('budget', { atSeq: seq - 2 })).toEqual([])
      expect(await found('plan', { atSeq: seq })).toEqual([])
      expect(await found('budget', { at: Date.now() + 60_000 })).toEqual(['/c'])
      expect(await found('budget', { atSeq: seq, pathPrefix: '/d/' })).toEqual(['/d/a'])
      expect(await lines('b.dg', { atSeq: seq })).toEqual([
        '/b:1:budget',
        '/d/a:1:the budget of spring',
      ])
      expect(await lines('t', { atSeq: seq, pathPrefix: '/d/' })).toHaveLength(1)
      expect(await lines('budget', { atSeq: seq - 2 })).toEqual([])
    })

    test('show the version, the author and the time of then', async () => {
      const memory = await create('/a', 'word')
      const seq = await seqNow()
      const other = await tenant.as('read_write')
      await other.updateMemory({ storeId, memoryId: memory.id, content: 'word again' })
      const [, version] = (await api.listVersions({ storeId })).items
      const hit = { storeId, memoryId: memory.id, versionId: memory.versionId, path: '/a' }
      const actor = version?.createdBy
      const then = { storeId, atSeq: seq, actor }
      expect((await api.searchStore({ ...then, query: 'word' })).items).toEqual([
        {
          ...hit,
          actor,
          updatedAt: memory.updatedAt,
          snippet: { text: 'word', line: 1, ranges: [{ start: 0, end: 4 }] },
        },
      ])
      expect(await found('word', { actor })).toEqual([])
      expect(await found('word', { atSeq: seq, actor: 'apikey_nobody' })).toEqual([])
      expect(await found('word', { atSeq: seq, updatedTo: memory.updatedAt - 1 })).toEqual([])
      const shown = await api.grepStore({ storeId, atSeq: seq, pattern: 'word', context: 1 })
      expect(shown.items).toMatchObject([hit])
    })

    test('[R-own-6] find at every moment exactly what a look at each memory of then finds', async () => {
      const texts = ['red green', 'red\nblue', 'redder', 'green', 'Über red']
      const memories: { id: string }[] = []
      for (const [index, text] of texts.entries()) {
        memories.push(await create(`/m${index}`, text))
      }
      for (const [index, { id }] of memories.entries()) {
        if (index === 2) await api.deleteMemory({ storeId, memoryId: id })
        else await api.updateMemory({ storeId, memoryId: id, content: `blue ${texts[index]}` })
        if (index === 3) await api.updateMemory({ storeId, memoryId: id, path: '/a/moved' })
      }
      for (let atSeq = 1; atSeq <= (await seqNow()); atSeq += 1) {
        for (const query of ['red', 'red* -green', '"blue red"', 'uber']) {
          expect([atSeq, await searched(atSeq, query)]).toEqual([
            atSeq,
            await scanned(atSeq, (text) => matchSearch(parseSearchQuery(query), text)),
          ])
        }
        expect([atSeq, await grepped(atSeq, 'e{2}')]).toEqual([
          atSeq,
          await scanned(atSeq, (text) => /e{2}/.exec(text) ?? undefined),
        ])
      }
    })

    async function searched(atSeq: number, query: string): Promise<string[]> {
      const hits = await collect((page) =>
        api.searchStore({ storeId, atSeq, query, limit: 2, page }),
      )
      return hits.map(({ path }) => path).toSorted()
    }

    async function grepped(atSeq: number, pattern: string): Promise<string[]> {
      const hits = await collect((page) =>
        api.grepStore({ storeId, atSeq, pattern, limit: 2, page }),
      )
      return hits.map(({ path }) => path)
    }

    async function scanned(atSeq: number, match: (text: string) => unknown): Promise<string[]> {
      const items = await collect((page) =>
        api.listMemoriesAsOf({ storeId, atSeq, view: 'full', limit: 20, page }),
      )
      return items
        .flatMap((item) => (isDirectory(item) ? [] : [item]))
        .filter(({ content = '' }) => match(content) !== undefined)
        .map(({ path }) => path)
        .toSorted()
    }

    test('later pages stay at the moment of the first, whatever is written meanwhile', async () => {
      const first = await create('/m0', 'word\nword\nword')
      for (let index = 1; index < 120; index += 1) await create(`/m${index}`, 'word')
      const now = { storeId, at: Date.now() + 60_000 }
      const search = await api.searchStore({ ...now, query: 'word', limit: 50 })
      const grep = await api.grepStore({ ...now, pattern: 'word', limit: 2 })
      await api.deleteMemory({ storeId, memoryId: first.id })
      await create('/m00', 'word')
      const hits = await collect((page = search.nextPage) =>
        api.searchStore({ ...now, query: 'word', limit: 50, page }),
      )
      expect(hits).toHaveLength(70)
      expect(hits.at(-1)?.path).toBe('/m0')
      const more = await collect((page = grep.nextPage) =>
        api.grepStore({ ...now, pattern: 'word', limit: 2, page }),
      )
      expect(more).toHaveLength(120)
      expect(more.slice(0, 2).map(({ path, line }) => [path, line.number])).toEqual([
        ['/m0', 3],
        ['/m1', 1],
      ])
      const other = api.searchStore({ storeId, atSeq: 2, query: 'word', page: search.nextPage })
      expect(await refusal(other)).toMatchObject({ code: 'invalid' })
      const present = api.grepStore({ storeId, pattern: 'word', page: grep.nextPage })
      expect(await refusal(present)).toMatchObject({ code: 'invalid' })
    })

    test('[R-own-10] never find what was redacted since', async () => {
      const memory = await create('/a', 'secret word')
      await create('/b', 'word')
      const seq = await seqNow()
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'word' })
      expect(await found('secret', { atSeq: seq })).toEqual(['/a'])
      expect(await lines('secret', { atSeq: seq })).toHaveLength(1)
      await api.redactVersion({ storeId, versionId: memory.versionId })
      expect(await found('secret', { atSeq: seq })).toEqual([])
      expect(await found('word', { atSeq: seq })).toEqual(['/b'])
      expect(await lines('.', { atSeq: seq })).toEqual(['/b:1:word'])
    })

    test.each([
      [{ atSeq: 99 }, /^at_seq: is beyond/],
      [{ at: 1 }, /^at: is before the store was made/],
      [{ at: Date.now(), atSeq: 1 }, /^at: cannot be given together with at_seq/],
      [{ atSeq: -1 }, /^at_seq: must be/],
    ])('refuse the moment %j and say why', async (moment, why) => {
      const search = await refusal(api.searchStore({ storeId, query: 'a', ...moment }))
      expect(search).toMatchObject({ code: 'invalid', message: expect.stringMatching(why) })
      const grep = await refusal(api.grepStore({ storeId, pattern: 'a', ...moment }))
      expect(grep).toMatchObject({ code: 'invalid', message: expect.stringMatching(why) })
    })

    test('[R-own-8] refuse a moment where no store is named, and stores of others', async () => {
      const why = /: belongs to one store/
      const search = await refusal(api.searchWorkspace({ query: 'a', atSeq: 1 }))
      expect(search).toMatchObject({ code: 'invalid', message: expect.stringMatching(why) })
      const grep = await refusal(api.grepWorkspace({ pattern: 'a', at: Date.now() }))
      expect(grep).toMatchObject({ code: 'invalid', message: expect.stringMatching(why) })
      const stranger = await newTenant(given.world)
      const theirs = stranger.api.searchStore({ storeId, query: 'a', atSeq: 1 })
      expect(await refusal(theirs)).toMatchObject({ code: 'not_found' })
    })

    test('[R-own-9] stop a pattern that runs away in the past as well', async () => {
      const memory = await create('/a', `${'a'.repeat(5_000)}!`)
      const seq = await seqNow()
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'harmless' })
      const runaway = await refusal(api.grepStore({ storeId, pattern: '(a+)+$', atSeq: seq }))
      expect(runaway.message).toMatch(/^pattern: runs for more than/)
      expect(await lines('a!$', { atSeq: seq })).toHaveLength(1)
      expect(await lines('(a+)+$')).toEqual([])
    })
  })
}
