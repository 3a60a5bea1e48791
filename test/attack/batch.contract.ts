// Batches that are made to do much with few words, or half of what they say.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from '../support/server.ts'
import { newTarget, type OpenServer, type Target } from './installation.ts'

type Operation = Readonly<Record<string, unknown>>

const create = (path: string, content = 'x'): Operation => ({ type: 'create', path, content })
const rename = (from: string, path: string): Operation => ({
  type: 'update',
  target: { path: from },
  path,
})
const remove = (path: string): Operation => ({ type: 'delete', target: { path } })
const move = (from: string, to: string): Operation => ({ type: 'move', from, to })

async function paths({ get }: Target): Promise<string[]> {
  const { json } = await get('/memories?limit=100')
  return json.data.map(({ path }: { path: string }) => path)
}

export function batchAttacks(engine: string, open: OpenServer): void {
  describe(`batches on ${engine}`, () => {
    let server: TestServer
    let target: Target
    const batch = (...operations: Operation[]) => target.own('/batch', { operations })

    beforeAll(async () => {
      server = await open()
    })
    afterAll(() => server[Symbol.asyncDispose]())

    test('moves of a full directory to and fro are refused before they fill the store', async () => {
      target = await newTarget(server)
      for (const half of ['x', 'y']) {
        const creates = Array.from({ length: 1_000 }, (_, index) => create(`/a/${half}${index}`))
        expect((await batch(...creates)).status).toBe(200)
      }
      const before = (await target.own('/usage')).json
      const moves = Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0 ? move('/a/', '/b/') : move('/b/', '/a/'),
      )
      const refused = await batch(...moves)
      expect(refused.status).toBe(400)
      expect(refused.json.error.message).toContain('operations[3]: the operations before it')
      expect((await target.own('/usage')).json).toEqual(before)
      expect((await batch(...moves.slice(0, 2))).status).toBe(200)
    })

    test('a thousand operations and a refusal at the end leave nothing', async () => {
      target = await newTarget(server)
      await batch(create('/kept'))
      const many = Array.from({ length: 998 }, (_, index) => create(`/m/${index}`))
      const before = (await target.own('/usage')).json
      for (const last of [create('/away'), remove('/none'), move('/none/', '/x/')]) {
        const refused = await batch(rename('/kept', '/away'), ...many, last)
        expect(refused.status).toBeGreaterThanOrEqual(400)
        expect(refused.json.error.message).toContain('operations[999]')
        expect(await paths(target)).toEqual(['/kept'])
      }
      expect((await target.own('/usage')).json).toEqual(before)
      expect((await target.own('/changes')).json.data).toHaveLength(2)
    })

    test('paths are swapped, freed and taken again in one batch', async () => {
      target = await newTarget(server)
      await batch(create('/a', 'A'), create('/b', 'B'), create('/c/d', 'D'))
      const swapped = await batch(
        rename('/a', '/swap'),
        rename('/b', '/a'),
        rename('/swap', '/b'),
        remove('/c/d'),
        create('/c', 'a file where a directory was'),
        remove('/c'),
        create('/c/d', 'again'),
        move('/c/', '/c/c/'),
        move('/', '/all/'),
        move('/all/c/c/', '/all/c/'),
      )
      expect(swapped.status).toBe(200)
      const { json } = await target.get('/memories?view=full')
      const contents = json.data.map(({ path, content }: Record<string, string>) => [path, content])
      expect(contents).toEqual([
        ['/all/a', 'B'],
        ['/all/b', 'A'],
        ['/all/c/d', 'again'],
      ])
      const usage = (await target.own('/usage')).json
      expect(usage).toMatchObject({ memories: 3, content_size_bytes: 7, seq: swapped.json.seq })
    })

    test('a move into itself, too deep or onto what stays is refused whole', async () => {
      target = await newTarget(server)
      const deep = `/d${'/d'.repeat(18)}`
      await batch(create(deep), create('/e/x'), create('/f/x/y'), create('/g'))
      const before = await paths(target)
      for (const refused of [
        move('/d/', '/d/d/d/'),
        move('/e/', '/f/'),
        move('/f/', '/e/'),
        move('/e/', '/g/'),
        move('/e/', `/${'n'.repeat(1_022)}/`),
      ]) {
        const { status } = await batch(create('/first'), refused)
        expect([400, 409]).toContain(status)
      }
      expect(await paths(target)).toEqual(before)
      const same = await batch(move('/e/', '/e/'))
      expect(same.json.data[0].data).toHaveLength(1)
      expect((await target.own('/usage')).json.versions).toBe(4)
    })
  })
}
