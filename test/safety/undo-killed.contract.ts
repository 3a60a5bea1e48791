// A restore and a revert of thousands of memories in a server that is killed in the middle: all of
// it happened, or nothing.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { connect } from '../../src/client/connect.ts'
import { isDirectory } from '../../src/domain/memory/memory.ts'
import { firstKeyIn, makeHome, startServe, type ServeProcess } from '../support/serve-process.ts'
import type { CrashPlace } from './crash.contract.ts'

const memories = 2_000
/** Milliseconds after the request; a restore of so many takes some hundred. */
const delays = [10, 40, 80, 150, 250]

export function undoKilledContract(name: string, place: () => Promise<CrashPlace>): void {
  describe(`a server over ${name} that is killed in the middle`, () => {
    test.each(['restore', 'revert'] as const)(
      'of a %s has done all of it, or nothing',
      async (how) => {
        await using home = await makeHome()
        await using where = await place()
        let server = await startServe(home, where.flags)
        const key = firstKeyIn(server.output())
        let api = apiOf(server, key)
        const { id: storeId } = await api.createStore({ name: 'large' })
        await fill(api, storeId)
        const atSeq = (await api.getUsage({ storeId })).seq
        const { secret, id: apiKeyId } = await api.createKey({ name: 'mover' })
        const undo = (one: Api) =>
          how === 'restore' ? one.restore({ storeId, atSeq }) : one.revert({ storeId, apiKeyId })
        await moveAll(apiOf(server, secret), storeId)
        for (const delay of delays) {
          const lost = undo(api).catch(() => undefined)
          await sleep(delay)
          await server.kill()
          await lost
          await where.settled()
          server = await startServe(home, where.flags)
          api = apiOf(server, key)
          const { before, after, seq } = await count(api, storeId)
          expect([before, after].toSorted((a, b) => a - b)).toEqual([0, memories])
          if (before > 0) await moveAll(apiOf(server, secret), storeId)
          expect((await api.getUsage({ storeId })).seq).toBe(seq + (before > 0 ? memories : 0))
        }
        const done = await undo(api)
        expect(done.changes).toHaveLength(memories)
        expect(await count(api, storeId)).toMatchObject({ before: memories, after: 0 })
        expect(await server.stop()).toBe(0)
      },
      30_000 * delays.length,
    )
  })
}

function apiOf(server: ServeProcess, key: string): Api {
  return connect({ baseUrl: `${server.url}/`, headers: { 'x-api-key': key } })
}

async function fill(api: Api, storeId: string): Promise<void> {
  for (let start = 0; start < memories; start += 1_000) {
    const operations = Array.from({ length: 1_000 }, (_none, index) => ({
      type: 'create' as const,
      path: `/before/${String(start + index).padStart(5, '0')}`,
      content: `memory ${start + index}\n`,
    }))
    await api.applyBatch({ storeId, operations })
  }
}

async function moveAll(api: Api, storeId: string): Promise<void> {
  const operations = [{ type: 'move', from: '/before/', to: '/after/' }] as const
  await api.applyBatch({ storeId, operations })
}

async function count(api: Api, storeId: string) {
  const counts = { before: 0, after: 0 }
  for (const place of ['before', 'after'] as const) {
    for (let page: string | undefined = ''; page !== undefined;) {
      const pathPrefix = `/${place}/`
      const listed = await api.listMemories({ storeId, pathPrefix, limit: 100, page })
      counts[place] += listed.items.filter((item) => !isDirectory(item)).length
      page = listed.nextPage
    }
  }
  return { ...counts, seq: (await api.getUsage({ storeId })).seq }
}
