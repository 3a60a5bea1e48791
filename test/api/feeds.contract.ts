import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { newTenant, outcome, refusal, type World } from '../support/world.ts'

export function feedsContract(given: { readonly world: World }): void {
  let api: Api
  let one: string
  let two: string

  beforeEach(async () => {
    api = (await newTenant(given.world)).api
    one = (await api.createStore({ name: 'one' })).id
    two = (await api.createStore({ name: 'two' })).id
  })

  const create = (storeId: string, path: string) =>
    api.createMemory({ storeId, path, content: 'text' })

  describe('the feed of several stores', () => {
    test('[R-own-20] gives every change once, each store in its order, in pages of any size', async () => {
      for (const path of ['/a', '/b', '/c']) {
        await create(one, path)
        await create(two, path)
      }
      for (const limit of [1, 3, 100]) {
        const seen: string[] = []
        let stores: Parameters<Api['listStoresChanges']>[0]['stores'] = [
          { storeId: one },
          { storeId: two, after: 1 },
        ]
        for (;;) {
          const page = await api.listStoresChanges({ stores, limit })
          if (page.changes.length === 0) break
          expect(page.changes.length).toBeLessThanOrEqual(limit)
          seen.push(...page.changes.map(({ storeId, seq }) => `${storeId} ${seq}`))
          stores = page.stores
        }
        expect(seen.filter((text) => text.startsWith(one))).toEqual(
          [1, 2, 3, 4].map((seq) => `${one} ${seq}`),
        )
        expect(seen.filter((text) => text.startsWith(two))).toEqual(
          [2, 3, 4].map((seq) => `${two} ${seq}`),
        )
      }
    })

    test('[R-own-20] waits for the next change of any of them', async () => {
      const { stores } = await api.listStoresChanges({
        stores: [{ storeId: one }, { storeId: two }],
      })
      expect(stores).toEqual([
        { storeId: one, after: 1 },
        { storeId: two, after: 1 },
      ])
      const idle = await api.listStoresChanges({ stores, waitMs: 50 })
      expect(idle).toEqual({ changes: [], stores })
      const waiting = api.listStoresChanges({ stores, waitMs: 30_000 })
      await create(two, '/a')
      expect((await waiting).changes).toMatchObject([{ storeId: two, seq: 2, kind: 'created' }])
    })

    test('[R-own-20] is watched without end, old changes first', async () => {
      await create(one, '/a')
      const stop = new AbortController()
      const stores = [{ storeId: one, after: 1 }, { storeId: two }]
      const seen: string[] = []
      for await (const change of api.watchStoresChanges({ stores, signal: stop.signal })) {
        seen.push(`${change.storeId} ${change.seq}`)
        if (seen.length === 2) await create(two, '/b')
        if (seen.length === 3) stop.abort()
      }
      expect(seen).toEqual([`${one} 2`, `${two} 1`, `${two} 2`])
    })

    test('[R-own-20] refuses no store, the same twice, too many, and one that is not there', async () => {
      const many = Array.from({ length: 101 }, (_, index) => ({ storeId: `memstore_${index}` }))
      const twice = [{ storeId: one }, { storeId: one, after: 3 }]
      for (const stores of [[], twice, many]) {
        const problem = await refusal(api.listStoresChanges({ stores }))
        expect(problem.code).toBe('invalid')
        expect(problem.message).toMatch(/^stores?\b/)
      }
      const unknown = [{ storeId: one }, { storeId: 'memstore_none' }]
      expect(await outcome(api.listStoresChanges({ stores: unknown }))).toBe('not_found')
      expect(await outcome(api.listStoresChanges({ stores: [{ storeId: one, after: -1 }] }))).toBe(
        'invalid',
      )
    })
  })
}
