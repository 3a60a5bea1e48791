// The past under attack: long chains of paths in each other's way, texts that are dear to compare,
// and ids that belong to somebody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Json, TestServer, TestWorkspace } from '../support/server.ts'
import { newTarget, type OpenServer, type Target } from './installation.ts'

const letters = (from: number) =>
  Array.from({ length: 40_000 }, (_none, index) =>
    index % 500 === 0 ? `${index}` : String.fromCharCode(from + ((index * 7 + (index >> 9)) % 13)),
  ).join('\n')

async function newKey({
  server,
}: Target): Promise<{ readonly id: string; readonly secret: string }> {
  const body = { name: 'other', role: 'read_write' }
  return (await server.request('/palimpsest/v1/keys', { method: 'POST', body })).json
}

/** A batch with another key. */
function batch({ server, storeId }: Target, secret: string, operations: readonly object[]) {
  const url = `/palimpsest/v1/memory_stores/${storeId}/batch`
  return server.request(url, { method: 'POST', secret, body: { operations } })
}

async function pathsOf(target: Target): Promise<string[]> {
  const { json } = await target.get('/memories?limit=100')
  return json.data.map(({ path }: Json) => path)
}

export function historyAttacks(engine: string, open: OpenServer): void {
  describe(`the past under attack on ${engine}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await open()
    })
    afterAll(() => server[Symbol.asyncDispose]())

    test('a revert leaves a whole chain alone whose first link cannot go back, and no more', async () => {
      const target = await newTarget(server)
      const key = await newKey(target)
      const names = Array.from(
        { length: 40 },
        (_none, index) => `/${String(index).padStart(2, '0')}`,
      )
      const create = names.map((path) => ({ type: 'create', path, content: path }))
      expect((await target.own('/batch', { operations: create })).status).toBe(200)
      // The key moves each one on, the last first, and another memory besides.
      const from = [...names].reverse()
      const move = from.map((path, index) => ({
        type: 'update',
        target: { path },
        path: index === 0 ? '/40/below' : from[index - 1],
      }))
      expect((await batch(target, key.secret, move)).status).toBe(200)
      const free = [{ type: 'create', path: '/free', content: 'the key wrote this' }]
      expect((await batch(target, key.secret, free)).status).toBe(200)
      await target.post('/memories', { path: '/00/taken', content: 'since then' })
      const moved = await pathsOf(target)
      const { json: plan } = await target.own('/revert', { api_key_id: key.id })
      expect(plan.changes.map(({ action, path }: Json) => [action, path])).toEqual([
        ['delete', '/free'],
      ])
      expect(plan.conflicts).toHaveLength(40)
      const [first, second] = plan.conflicts
      expect(first).toMatchObject({ reason: 'path_taken', path: '/00' })
      expect(first.message).toBe('/00/taken is in the way')
      expect(second).toMatchObject({ reason: 'path_taken', path: '/01' })
      expect(second.message).toBe('/01 is in the way')
      expect(await pathsOf(target)).toEqual(moved.filter((path) => path !== '/free'))
      const { json: gone } = await target.get('/memories?path_prefix=/00/')
      const url = `/v1/memory_stores/${target.storeId}/memories/${gone.data[0].id}`
      await server.request(url, { method: 'DELETE' })
      const { json: rest } = await target.own('/revert', { api_key_id: key.id })
      expect([rest.changes.length, rest.conflicts]).toEqual([40, []])
      expect(await pathsOf(target)).toEqual(names)
    })

    test('texts that are dear to compare hold nobody up for long, and pages stay small', async () => {
      const target = await newTarget(server)
      const key = await newKey(target)
      const names = Array.from({ length: 12 }, (_none, index) => `/${index}`)
      const write = (type: string, content: string) =>
        names.map((path) =>
          type === 'create' ? { type, path, content } : { type, target: { path }, content },
        )
      await target.own('/batch', { operations: write('create', letters(0x41)) })
      for (const text of [letters(0x61), letters(0x4e), letters(0x6e)]) {
        const { status } = await batch(target, key.secret, write('update', text))
        expect(status).toBe(200)
      }
      await target.own('/batch', { operations: write('update', `${letters(0x6e)}\nmine`) })
      const paths: string[] = []
      let pages = 0
      for (let page = ''; ; pages += 1) {
        const { json, text } = await target.own(`/diff?from_seq=13&limit=100${page}`)
        expect(text.length).toBeLessThan(16_000_000)
        paths.push(...json.files.map(({ path }: Json) => path))
        if (json.next_page === null) break
        page = `&page=${encodeURIComponent(json.next_page)}`
      }
      expect(pages).toBeGreaterThan(0)
      expect(paths).toEqual(names.toSorted())
      const { json: blame } = await target.own('/blame?path=/1')
      const lines = blame.ranges.flatMap(({ lines: some }: Json) => some)
      expect(lines.join('\n')).toBe(`${letters(0x6e)}\nmine`)
      const { json: plan } = await target.own('/revert', { api_key_id: key.id, dry_run: true })
      expect(plan.changes.length + plan.conflicts.length).toBe(12)
    })

    describe('ids of another store or workspace', () => {
      let target: Target
      let mine: TestWorkspace
      let foreign: { storeId: string; memoryId: string; versionId: string; keyId: string }

      const own = (path: string, body?: object): Promise<Answer> => target.own(path, body)
      beforeAll(async () => {
        mine = await server.newWorkspace()
        target = await newTarget(server)
        await target.post('/memories', { path: '/a', content: 'one' })
        const secret = mine.secrets.admin
        const made = await server.request('/v1/memory_stores', {
          method: 'POST',
          secret,
          body: { name: 'theirs' },
        })
        const url = `/v1/memory_stores/${made.json.id}/memories`
        const body = { path: '/secret-name', content: 'secret text' }
        const { json } = await server.request(url, { method: 'POST', secret, body })
        foreign = {
          storeId: made.json.id,
          memoryId: json.id,
          versionId: json.memory_version_id,
          keyId: mine.keyIds.admin,
        }
      })

      test('are found by no verb of the past', async () => {
        const { storeId, memoryId, versionId } = foreign
        const { json: here } = await target.get('/memory_versions')
        const version = here.data[0].id
        const answers = {
          blame: await own(`/blame?version_id=${versionId}`),
          blameOfMemory: await own(`/blame?memory_id=${memoryId}`),
          memory: await own(`/memory?at_seq=1&memory_id=${memoryId}`),
          stores: await own(`/diff?to_memory_store_id=${storeId}`),
          from: await own(`/diff?from_version=${versionId}&to_version=${version}`),
          to: await own(`/diff?from_version=${version}&to_version=${versionId}`),
          restore: await own('/restore', { version_id: versionId }),
          restoreMemory: await own('/restore', { at_seq: 1, memory_id: memoryId }),
        }
        for (const [name, { status, text }] of Object.entries(answers)) {
          expect([name, status]).toEqual([name, 404])
          expect(text).not.toMatch(/secret/)
        }
        const log = await own(`/log?memory_id=${memoryId}`)
        expect([log.status, log.json?.data]).toEqual([200, []])
        const { json } = await own('/revert', { api_key_id: foreign.keyId })
        expect(json).toMatchObject({ changes: [], conflicts: [], unchanged: 0 })
      })

      test('are found by no webhook', async () => {
        const hooks = '/palimpsest/v1/webhooks'
        const url = 'https://hooks.example.com/'
        const hook = await server.request(hooks, { method: 'POST', body: { url } })
        const { id } = hook.json
        const secret = mine.secrets.admin
        const tries: readonly [string, string, object?][] = [
          ['GET', `${hooks}/${id}`],
          ['POST', `${hooks}/${id}`, { description: 'mine now' }],
          ['DELETE', `${hooks}/${id}`],
          ['POST', `${hooks}/${id}/rotate_secret`],
          ['POST', `${hooks}/${id}/test`],
          ['GET', `${hooks}/${id}/deliveries`],
          ['POST', `${hooks}/${id}/replay`, { memory_store_id: foreign.storeId, after: 0 }],
        ]
        for (const [method, path, body] of tries) {
          const request = { method, secret, ...(body ? { body } : {}) }
          const { status, text } = await server.request(path, request)
          expect([method, path, status]).toEqual([method, path, 404])
          expect(text).toContain('webhook not found')
          expect(text).not.toMatch(/whsec_|hooks\.example/)
        }
        const body = { memory_store_id: foreign.storeId, after: 0 }
        const replayed = await server.request(`${hooks}/${id}/replay`, { method: 'POST', body })
        expect(replayed.status).toBe(404)
      })

      test('a cursor of another list, store or question is refused', async () => {
        await target.post('/memories', { path: '/b', content: 'two' })
        const { json } = await own('/log?limit=1')
        const page = encodeURIComponent(json.next_page)
        const { json: tree } = await own('/memories?at_seq=3&limit=1')
        const other = encodeURIComponent(tree.next_page)
        for (const path of [
          `/memories?at_seq=3&limit=1&page=${page}`,
          `/memories?at_seq=2&limit=1&page=${other}`,
          `/memories?at_seq=3&limit=1&path_prefix=/a/&page=${other}`,
          `/diff?from_seq=1&limit=1&page=${page}`,
          `/log?page=${other}`,
        ]) {
          expect([path, (await own(path)).status]).toEqual([path, 400])
        }
        const url = `/palimpsest/v1/memory_stores/${foreign.storeId}/log?page=${page}`
        const answer = await server.request(url, { secret: mine.secrets.admin })
        expect(answer.status).toBe(400)
      })
    })
  })
}
